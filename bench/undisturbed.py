#!/usr/bin/env python3
"""How much later ordinary messages arrive while somebody attacks: called by scripts/bench-undisturbed.

The server has a core of its own. The load (200 people from 200 addresses, one message every 4 s each, kept on disk) shares the
other one with the attackers, and goes before them, so that what is measured is the server's delay and not the load's. The kernel's own
threads go before them too: they write the server's disk on whichever core there is, and attackers would be on another computer.
Quiet and attacked rounds alternate. With --decoy, the quiet ones have the same attackers at another server, on the attackers' core: the
two cores may be halves of one, so that whoever computes on one slows the other down.
"""
import argparse
import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from hearthd import Hearthd

SERVER_CORE, LOAD_CORE = '0', '1'
LAST = ['chrt', '--idle', '0']  # whoever begins so runs when nobody else does
PEOPLE = 200
SECONDS = 8  # a round at least
TARGET = 1.20

# The settings that a row needs, as in tst_hostile, and the rows. What is not an attack on the server's time is left out.
UNLIMITED = '[limits]\nmessages_burst = 0\nrequests_burst = 0\ntyping_burst = 0\nconnections_per_address = 20\n'
WORD = 'sesame, sesame'
PASSWORD = f'[server]\naccess = password\npassword = {WORD}\n[websocket]\nmax_message_size = 0\n'
ACCOUNTS = '[server]\naccess = accounts\n'
PLACES = f'{PASSWORD}[limits]\nstrangers_per_address = 3\nsign_in_timeout = 0\n'
PASSES = [
    ('', [
        ('tst_hostile', ['handshakes', 'framesBeforeTheAnswerWait', 'dawdlersAreShownTheDoor', 'tlsGarbageIsClosed',
                         'fortyThatHangUpInTheHelloHoldNobodyUp', 'frames', 'aCodePointMayBeCutByFragments', 'requests',
                         'namesThatFoldAlikeAreOne', 'aThousandMessagesASecondEndTheConnection']),
        ('tst_rights', ['whatIsSentAgainIsTheSame', 'whatIsForgedIsIgnored', 'metacharactersAreTakenLiterally', 'aHiddenRoomIsNoRoom',
                        'nobodyElseTypesInAHiddenRoom', 'aDeviceThatIsSignedOutGoesAtOnce'])]),
    (UNLIMITED, [
        ('tst_hostile', ['aThousandFromOneAddressLeaveRoomForAnother', 'whoPingsWithoutReadingIsAborted',
                         'whoStopsReadingABusyRoomIsAborted']),
        ('tst_rights', ['aLimitIsClamped'])]),
    (PASSWORD, [
        ('tst_hostile', ['whoDoesNotAnswerACloseIsAborted', 'guessersAreThrottled', 'aPasswordOfTenMegabytesIsRefusedUnread']),
        ('tst_rights', ['nothingIsAnsweredBeforeHello'])]),
    (PLACES, [('tst_hostile', ['strangersAreShownTheDoor:no place'])]),
    (ACCOUNTS, [('tst_rights', ['anUnknownUserIsAWrongPassword'])]),
]

# What goes on in peace as well: the room is busy whoever reads.
CONTROLS = {'whoStopsReadingABusyRoomIsAborted': 'whoReadsABusyRoomHearsAll'}


def accounts(bin_, folder):
    """Makes a data directory in that folder in which everybody has an account, and returns it."""
    data, password = os.path.join(folder, 'data'), os.path.join(folder, 'password')
    with open(password, 'w', encoding='utf-8') as file:
        file.write(WORD)
    for i in range(PEOPLE):
        subprocess.run([f'{bin_}/hearthd', 'user', 'add', f'u{i}', '--password-file', password, '--data', data],
                       stdout=subprocess.DEVNULL, check=True)
    return data


@contextlib.contextmanager
def running(bin_, configuration, template, core, prefix=()):
    """A server of its own on that core. `template` is the data that one with accounts begins with."""
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder:
        if configuration == ACCOUNTS:
            shutil.copytree(template, os.path.join(folder, 'data'))
        with Hearthd(bin_, configuration, folder, core=core, prefix=prefix) as server:
            yield server


def attack(options, program, server, row):
    """Attacks until the round is over; says whether every answer was right."""
    environment = os.environ | {'HEARTH_HOSTILE_TARGET': f'{server.port}:{server.process.pid}:{server.data}',
                                'QT_QPA_PLATFORM': 'offscreen'}
    began = time.monotonic()
    while True:
        ran = subprocess.run(LAST + ['taskset', '-c', LOAD_CORE, program, row], env=environment, stdout=subprocess.PIPE, text=True,
                             timeout=300, check=False)
        if ran.returncode != 0:
            print(ran.stdout, file=sys.stderr)
            return False
        if time.monotonic() - began >= options.seconds:
            return True


def measure(options, configuration, template, attacker=None):
    """p99 in microseconds of a round with a server of its own, and whether what was done meanwhile went well."""
    arguments = ['--members', str(PEOPLE), '--senders', str(PEOPLE), '--addresses', str(PEOPLE), '--rate', str(PEOPLE * 50),
                 '--frame', 'message', '--seconds', '300', '--announce', 'yes']
    arguments += ['--password', WORD] if 'access' in configuration else ['--path', '/chat/office']
    with running(options.bin, configuration, template, SERVER_CORE) as server:
        load = subprocess.Popen(['taskset', '-c', LOAD_CORE, 'chrt', '-f', '10', f'{options.bin}/hearth_load', 'paced',
                                 '--port', server.port, '--server', str(server.process.pid)] + arguments,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            line = load.stderr.readline()  # everybody is there; accounts' passwords take half a minute, and the load waits for one at most
            if line != 'measuring\n':
                raise RuntimeError(line)
            isWell = True
            if attacker:
                isWell = attacker(server)
            else:
                time.sleep(options.seconds)
            load.send_signal(signal.SIGTERM)
            figures = json.loads(load.communicate(timeout=30)[0])
        finally:
            load.kill()
    if figures['deliveries'] < PEOPLE * 50 * options.seconds * 0.8:
        raise RuntimeError('the people were not there for the whole round')
    return figures['p99_us'], isWell


def quiet(options, configuration, template, program, row):
    """What goes on in the quiet rounds of a row."""
    if row in CONTROLS:
        return lambda server: attack(options, program, server, CONTROLS[row])
    if not options.decoy:
        return None

    def attack_another(_):
        with running(options.bin, configuration, template, LOAD_CORE, LAST) as decoy:
            return attack(options, program, decoy, row)
    return attack_another


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('bin')
    parser.add_argument('tests', help='the folder of the attackers')
    parser.add_argument('rows', nargs='*')
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=SECONDS, help='a round at least')
    parser.add_argument('--decoy', action='store_true')
    options = parser.parse_intermixed_args()
    rows = [(configuration, program, row) for configuration, programs in PASSES for program, names in programs for row in names
            if not options.rows or row in options.rows]
    unknown = set(options.rows) - {row for _, _, row in rows}
    if unknown:
        parser.error(f'no such row: {", ".join(sorted(unknown))}')
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder:
        template = accounts(options.bin, folder) if ACCOUNTS in [configuration for configuration, _, _ in rows] else None
        print(f'{PEOPLE} people, {PEOPLE * 50:,} deliveries a second, kept on disk; p99 in ms, medians of {options.runs} alternating '
              'rounds\n')
        print('| row | in peace | attacked | ratio | answers |\n|---|---:|---:|---:|---|')
        worst, isAllWell = 0.0, True
        measure(options, '', None)  # the first round on a machine that was idle is slower than all others
        for configuration, name, row in rows:
            program = os.path.join(options.tests, name)
            peace, attacked, isWell = [], [], True
            acts = (quiet(options, configuration, template, program, row), lambda server: attack(options, program, server, row))
            for _ in range(options.runs):
                for rounds, act in zip((peace, attacked), acts):
                    p99, went = measure(options, configuration, template, act)
                    rounds.append(p99)
                    isWell = isWell and went
            ratio = statistics.median(attacked) / statistics.median(peace)
            worst = max(worst, ratio)
            isAllWell = isAllWell and isWell
            print(f'| {row} | {statistics.median(peace) / 1000:.2f} | {statistics.median(attacked) / 1000:.2f} | {ratio:.2f} '
                  f'| {"as they must be" if isWell else "WRONG"} |', flush=True)
        print(f'\nThe worst is {worst:.2f}; {TARGET:.2f} is what may be.')
    return 0 if isAllWell else 1


if __name__ == '__main__':
    sys.exit(main())
