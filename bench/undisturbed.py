#!/usr/bin/env python3
"""How much later ordinary messages arrive while somebody attacks: called by scripts/bench-undisturbed.

The server has a core of its own. The load (200 people from 200 addresses, one message every 4 s each, kept on disk) shares the
other one with the attackers, and goes before them, so that what is measured is the server's delay and not the load's.
Quiet and attacked rounds alternate. With --decoy, the quiet ones have the same attackers at another server, on the attackers' core: the
two cores may be halves of one, so that whoever computes on one slows the other down.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from hearthd import Hearthd

SERVER_CORE, LOAD_CORE = '0', '1'
PEOPLE = 200
ROUND = 8  # seconds at least
TARGET = 1.20

# The settings that a row needs, as in tst_hostile, and the rows. What is not an attack on the server's time is left out.
UNLIMITED = '[limits]\nmessages_burst = 0\nrequests_burst = 0\ntyping_burst = 0\nconnections_per_address = 20\n'
PASSWORD = '[server]\naccess = password\npassword = sesame\n[websocket]\nmax_message_size = 0\n'
PASSES = [
    ('', ['handshakes', 'framesBeforeTheAnswerWait', 'dawdlersAreShownTheDoor', 'tlsGarbageIsClosed',
          'fortyThatHangUpInTheHelloHoldNobodyUp', 'frames', 'aCodePointMayBeCutByFragments', 'requests',
          'namesThatFoldAlikeAreOne', 'aThousandMessagesASecondEndTheConnection']),
    (UNLIMITED, ['aThousandFromOneAddressLeaveRoomForAnother', 'whoPingsWithoutReadingIsAborted',
                 'whoStopsReadingABusyRoomIsAborted']),
    (PASSWORD, ['whoDoesNotAnswerACloseIsAborted', 'guessersAreThrottled', 'aPasswordOfTenMegabytesIsRefusedUnread']),
]

# What goes on in peace as well: the room is busy whoever reads.
CONTROLS = {'whoStopsReadingABusyRoomIsAborted': 'whoReadsABusyRoomHearsAll'}


def attack(tests, server, row):
    """Attacks until the round is over; says whether every answer was right."""
    environment = os.environ | {'HEARTH_HOSTILE_TARGET': f'{server.port}:{server.process.pid}', 'QT_QPA_PLATFORM': 'offscreen'}
    began = time.monotonic()
    while True:
        ran = subprocess.run(['taskset', '-c', LOAD_CORE, tests, row], env=environment, stdout=subprocess.PIPE, text=True,
                             timeout=300, check=False)
        if ran.returncode != 0:
            print(ran.stdout, file=sys.stderr)
            return False
        if time.monotonic() - began >= ROUND:
            return True


def measure(bin_, configuration, attacker=None):
    """p99 in microseconds of a round with a server of its own, and whether what was done meanwhile went well."""
    arguments = ['--members', str(PEOPLE), '--senders', str(PEOPLE), '--addresses', str(PEOPLE), '--rate', str(PEOPLE * 50),
                 '--frame', 'message', '--seconds', '300']
    arguments += ['--password', 'sesame'] if configuration == PASSWORD else ['--path', '/chat/office']
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder, Hearthd(bin_, configuration, folder, core=SERVER_CORE) as server:
        load = subprocess.Popen(['taskset', '-c', LOAD_CORE, 'chrt', '-f', '10', f'{bin_}/hearth_load', 'paced', '--port', server.port,
                                 '--server', str(server.process.pid)] + arguments, stdout=subprocess.PIPE, text=True)
        time.sleep(2)  # connected, and past the load's own second of warming up
        isWell = True
        if attacker:
            isWell = attacker(server)
        else:
            time.sleep(ROUND)
        load.send_signal(signal.SIGTERM)
        figures = json.loads(load.communicate(timeout=30)[0])
    return figures['p99_us'], isWell


def quiet(options, configuration, row):
    """What goes on in the quiet rounds of a row."""
    if row in CONTROLS:
        return lambda server: attack(options.tests, server, CONTROLS[row])
    if not options.decoy:
        return None

    def attack_another(_):
        with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder, \
                Hearthd(options.bin, configuration, folder, core=LOAD_CORE) as decoy:
            return attack(options.tests, decoy, row)
    return attack_another


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('bin')
    parser.add_argument('tests')
    parser.add_argument('rows', nargs='*')
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--decoy', action='store_true')
    options = parser.parse_intermixed_args()
    print(f'{PEOPLE} people, {PEOPLE * 50:,} deliveries a second, kept on disk; p99 in ms, medians of {options.runs} alternating rounds\n')
    print('| row | in peace | attacked | ratio | answers |\n|---|---:|---:|---:|---|')
    worst = 0.0
    measure(options.bin, '')  # the first round on a machine that was idle is slower than all others
    for configuration, rows in PASSES:
        for row in rows:
            if options.rows and row not in options.rows:
                continue
            peace, attacked, isWell = [], [], True
            acts = (quiet(options, configuration, row), lambda server: attack(options.tests, server, row))
            for _ in range(options.runs):
                for rounds, act in zip((peace, attacked), acts):
                    p99, went = measure(options.bin, configuration, act)
                    rounds.append(p99)
                    isWell = isWell and went
            ratio = statistics.median(attacked) / statistics.median(peace)
            worst = max(worst, ratio)
            print(f'| {row} | {statistics.median(peace) / 1000:.2f} | {statistics.median(attacked) / 1000:.2f} | {ratio:.2f} '
                  f'| {"as they must be" if isWell else "WRONG"} |', flush=True)
    print(f'\nThe worst is {worst:.2f}; {TARGET:.2f} is what may be.')


if __name__ == '__main__':
    main()
