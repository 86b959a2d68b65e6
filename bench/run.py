#!/usr/bin/env python3
"""Runs each scenario against each server in turn, several times over, and prints medians and ratios.

Called by scripts/bench: run.py BUILD [scenario...] [--runs N] [--seconds N] [--io-threads]. Servers run one at a time
on one core, the load on another; runs of the servers alternate, so that a machine that drifts drifts for all of them.
With --io-threads only Hearth runs, without and with I/O threads, and nothing is pinned: server and load share all cores.
"""
import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile

SERVER_CORE, LOAD_CORE = '0', '1'
VARIANTS = ['hearth', 'hearth, 2 threads']
BARE_SQLITE = 'bare SQLite'  # no server: a loop on the same disk
GROUP = 64  # messages that share a commit there


def servers(build):
    node = ['node', '--no-warnings']
    bin_ = os.path.join(build, 'bin')
    hearth = [f'{bin_}/hearthd', '--bind', '127.0.0.1', '--port', '0', '--no-discovery', '--log-level', 'error']
    return {
        'hearth': hearth,
        'hearth, 2 threads': hearth + ['--io-threads', '2'],
        'floor': [f'{bin_}/bench_floor', '0', 'coalesce'],
        'floor, no coalescing': [f'{bin_}/bench_floor', '0'],
        'uWebSockets': node + [f'{build}/node/uwebsockets.mjs', '0'],
        'ws': node + [f'{build}/node/ws.mjs', '0'],
        'naive Qt': [f'{bin_}/bench_naive_qt', '0'],
        'seed (Crystal)': [f'{bin_}/bench_seed', '0'],
    }


# name: (arguments of hearth_load, which servers, the figure that counts, its unit, divided by)
BROADCASTERS = ['hearth', 'floor', 'uWebSockets', 'ws', 'naive Qt', 'seed (Crystal)']
SCENARIOS = {
    'saturated': (['saturated', '--members', '500'], BROADCASTERS),
    'paced': (['paced', '--members', '500', '--rate', '50000'], BROADCASTERS + ['floor, no coalescing']),
    'paced-idle': (['paced', '--members', '500', '--rate', '50000', '--idle', '10000'], ['hearth', 'uWebSockets']),
    'rooms': (['saturated', '--members', '10', '--rooms', '1000'], BROADCASTERS),
    'connect': (['connect', '--members', '10000'], ['hearth', 'uWebSockets', 'ws', 'naive Qt']),
    'durable': (['durable', '--in-flight', str(GROUP)], ['hearth', BARE_SQLITE]),
    'durable-1024': (['durable', '--in-flight', '1024'], ['hearth', BARE_SQLITE]),
    'members-10': (['saturated', '--members', '10'], ['hearth', 'uWebSockets']),
    'members-100': (['saturated', '--members', '100'], ['hearth', 'uWebSockets']),
    'members-10000': (['saturated', '--members', '10000'], ['hearth', 'uWebSockets']),
}

HEARTH_CONFIGURATION = '''[limits]
messages_burst = 0
messages_per_second = 0
typing_burst = 0
typing_per_second = 0
requests_burst = 0
requests_per_second = 0
[websocket]
max_queued_bytes = 67108864
'''


def pinned(core, command):
    return ['taskset', '-c', core] + command if core else command


def run_once(command, name, arguments, build, seconds, is_pinned=True):
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as data:
        if name in VARIANTS:
            configuration = os.path.join(data, 'hearth.ini')
            with open(configuration, 'w', encoding='utf-8') as file:
                file.write(HEARTH_CONFIGURATION)
            command = command + ['--data', os.path.join(data, 'data'), '--config', configuration]
        server = subprocess.Popen(pinned(is_pinned and SERVER_CORE, command), stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            port = line.rsplit(':', 1)[1].split('/')[0]
            load = subprocess.run(
                pinned(is_pinned and LOAD_CORE,
                       [os.path.join(build, 'bin/hearth_load'), arguments[0], '--port', port, '--server', str(server.pid),
                        '--seconds', str(seconds)] + arguments[1:]),
                stdout=subprocess.PIPE, text=True, timeout=180, check=True)
            return json.loads(load.stdout)
        except (subprocess.SubprocessError, IndexError, ValueError) as error:
            print(f'{name}, {arguments[0]}: {error}', file=sys.stderr)
            return None
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def run_bare_sqlite(build, seconds, group):
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder:
        loop = subprocess.run(['taskset', '-c', SERVER_CORE, os.path.join(build, 'bin/bench_bare_sqlite'), folder,
                               str(seconds), group], stdout=subprocess.PIPE, text=True, timeout=180, check=True)
        return json.loads(loop.stdout)


def show(scenario, results):
    figures = sorted({key for runs in results.values() for run in runs for key in run})
    base = results.get('hearth') or []
    print(f'\n## {scenario}\n')
    print('| server | ' + ' | '.join(figures) + ' |')
    print('|---|' + '---:|' * len(figures))
    for name, runs in results.items():
        cells = []
        for figure in figures:
            values = [run[figure] for run in runs if figure in run]
            own = [run[figure] for run in base if figure in run]
            if not values:
                cells.append('')
                continue
            middle = statistics.median(values)
            cell = f'{middle:,.3g}' if abs(middle) < 1000 else f'{middle:,.0f}'
            if name != 'hearth' and own and middle:
                cell += f' ({statistics.median(own) / middle:.2f})'
            cells.append(cell)
        print(f'| {name} | ' + ' | '.join(cells) + ' |', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('scenario', nargs='*', choices=[[], *SCENARIOS])
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--seconds', type=int, default=4)
    parser.add_argument('--io-threads', action='store_true', help='Hearth without and with them, on all cores')
    options = parser.parse_intermixed_args()
    everything = servers(options.build)
    print(f'{platform.system()} {platform.release()}, {os.cpu_count()} cores; medians of {options.runs} alternating '
          f'runs of {options.seconds} s; in brackets: Hearth divided by that server (below 1: Hearth needs less)')
    for scenario in options.scenario or SCENARIOS:
        arguments, names = SCENARIOS[scenario]
        if options.io_threads:
            names = VARIANTS
        results = {name: [] for name in names}
        for _ in range(options.runs):
            for name in names:
                if name == BARE_SQLITE:
                    result = run_bare_sqlite(options.build, options.seconds, arguments[-1])
                else:
                    result = run_once(everything[name], name, arguments, options.build, options.seconds,
                                      not options.io_threads)
                if result:
                    results[name].append(result)
        show(scenario, results)


if __name__ == '__main__':
    main()
