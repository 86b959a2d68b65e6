#!/usr/bin/env python3
"""Runs each scenario against each server in turn, several times over, and prints medians and ratios: a table for each, and one of
the targets.

Called by scripts/bench: run.py BUILD [scenario...] [--runs N] [--seconds N] [--io-threads]. Servers run one at a time
on one core, the load on another; runs of the servers alternate, so that a machine that drifts drifts for all of them.
With --io-threads only Hearth runs, without and with I/O threads, and nothing is pinned: server and load share all cores.
"""
import argparse
import http.client
import json
import os
import platform
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import urllib.request

SERVER_CORE, LOAD_CORE = '0', '1'
VARIANTS = ['hearth', 'hearth, 2 threads']
BARE_SQLITE = 'bare SQLite'  # no server: a loop on the same disk, with as many messages a commit as Hearth had before it
SAME_ROWS = 'bare SQLite, rows as ours'
BARE_LOOPS = {BARE_SQLITE: [], SAME_ROWS: ['rows']}


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


BROADCASTERS = ['hearth', 'floor', 'uWebSockets', 'ws', 'naive Qt', 'seed (Crystal)']
PACED = ['paced', '--members', '500', '--rate', '50000']


def each(names, arguments):
    return [(name, name, arguments) for name in names]


# name: rows, each what it is called, which server it is, and the arguments of hearth_load
SCENARIOS = {
    'saturated': each(BROADCASTERS, ['saturated', '--members', '500']),
    'paced': each(BROADCASTERS + ['floor, no coalescing'], PACED),
    'beside': [(f'{name}{what}', name, PACED + more)
               for name, what, more in [('hearth', '', []), ('hearth', ', 10,000 idle', ['--idle', '10000']),
                                        ('hearth', ', 1,000 durable/s', ['--durable', '1000']),
                                        ('uWebSockets', '', []), ('uWebSockets', ', 10,000 idle', ['--idle', '10000'])]],
    'rooms': each(BROADCASTERS, ['saturated', '--members', '10', '--rooms', '1000']),
    'connect': each(['hearth', 'uWebSockets', 'ws', 'naive Qt'], ['connect', '--members', '10000']),
    'durable': each(['hearth', BARE_SQLITE, SAME_ROWS], ['durable', '--in-flight', '64']),
    'durable-1024': each(['hearth', BARE_SQLITE, SAME_ROWS], ['durable', '--in-flight', '1024']),
    **{f'members-{count}': each(['hearth', 'uWebSockets'], ['saturated', '--members', str(count)])
       for count in (10, 100, 1_000, 10_000)},
}

# what, at most (where it is rates: at least), scenario, figure and its row, divided by which figure of which row
TARGETS = [
    ('saturated, 500 members: CPU a delivery / uWebSockets', 0.75, 'saturated',
     ('cpu_us_per_delivery', 'hearth'), ('cpu_us_per_delivery', 'uWebSockets')),
    ('paced: CPU a delivery / floor', 1.10, 'paced', ('cpu_us_per_delivery', 'hearth'), ('cpu_us_per_delivery', 'floor')),
    ('paced: CPU a delivery / uWebSockets', 1.00, 'paced',
     ('cpu_us_per_delivery', 'hearth'), ('cpu_us_per_delivery', 'uWebSockets')),
    ('paced: p99 / floor', 1.20, 'paced', ('p99_us', 'hearth'), ('p99_us', 'floor')),
    ('10,000 idle beside: CPU a delivery / without', 1.15, 'beside',
     ('cpu_us_per_delivery', 'hearth, 10,000 idle'), ('cpu_us_per_delivery', 'hearth')),
    ('1,000 durable/s beside: p50 / without', 1.10, 'beside',
     ('p50_us', 'hearth, 1,000 durable/s'), ('without_p50_us', 'hearth, 1,000 durable/s')),
    ('1,000 durable/s beside: p99 / without', 1.20, 'beside',
     ('p99_us', 'hearth, 1,000 durable/s'), ('without_p99_us', 'hearth, 1,000 durable/s')),
    ('CPU a connection / uWebSockets', 1.50, 'connect',
     ('cpu_us_per_connection', 'hearth'), ('cpu_us_per_connection', 'uWebSockets')),
    ('seconds for 10,000 connects', 1.00, 'connect', ('seconds', 'hearth'), None),
    ('memory an idle connection / ws', 1.00, 'connect', ('bytes_per_connection', 'hearth'), ('bytes_per_connection', 'ws')),
    ('durable messages/s, 64 in flight / bare SQLite', 0.90, 'durable',
     ('acks_per_second', 'hearth'), ('acks_per_second', BARE_SQLITE)),
    ('durable messages/s, 1,024 in flight / bare SQLite', 0.90, 'durable-1024',
     ('acks_per_second', 'hearth'), ('acks_per_second', BARE_SQLITE)),
]
AT_LEAST = {'acks_per_second'}

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
            figures = json.loads(load.stdout)
            if arguments[0] == 'durable':
                figures['messages_per_commit'] = writes_per_commit(port)
            return figures
        except (subprocess.SubprocessError, OSError, LookupError, ValueError, ZeroDivisionError, http.client.HTTPException) as error:
            print(f'{name}, {arguments[0]}: {error}', file=sys.stderr)
            return None
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def writes_per_commit(port):
    """Of a hearthd, since it began."""
    with urllib.request.urlopen(f'http://127.0.0.1:{port}/metrics', timeout=10) as page:
        figures = dict(re.findall(r'^hearth_store_writes_per_commit_(sum|count) (\S+)$', page.read().decode(), re.MULTILINE))
    return float(figures['sum']) / float(figures['count'])


def run_bare_sqlite(build, name, seconds, group):
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as folder:
        try:
            loop = subprocess.run(['taskset', '-c', SERVER_CORE, os.path.join(build, 'bin/bench_bare_sqlite'), folder,
                                   str(seconds), str(group)] + BARE_LOOPS[name], stdout=subprocess.PIPE, text=True, timeout=180, check=True)
            return json.loads(loop.stdout) | {'messages_per_commit': group}
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            print(f'{name}: {error}', file=sys.stderr)
            return None


def medians(runs):
    """Of each figure that the runs have."""
    return {figure: statistics.median([run[figure] for run in runs if figure in run])
            for figure in sorted({figure for run in runs for figure in run})}


def number(value):
    return f'{value:,.3g}' if abs(value) < 999.5 else f'{value:,.0f}'


def ratios(runs, figure, base_runs, base_figure):
    """What one figure is of another in the same round, of the rounds that have both: a machine that drifts drifts between rounds."""
    return [run[figure] / base[base_figure] for run, base in zip(runs, base_runs)
            if run and base and figure in run and base.get(base_figure)]


def show(scenario, results):
    """results: row -> runs, None where one failed. What the first row is of each other one stands in brackets; a row that lost runs
    says so."""
    kept = {row: [run for run in runs if run] for row, runs in results.items()}
    middle = {row: medians(runs) for row, runs in kept.items()}
    figures = sorted({figure for row in middle.values() for figure in row})
    first = next(iter(middle))
    print(f'\n## {scenario}\n')
    print('| server | ' + ' | '.join(figures) + ' |')
    print('|---|' + '---:|' * len(figures))
    for row, values in middle.items():
        cells = []
        for figure in figures:
            cell = number(values[figure]) if figure in values else ''
            of_first = ratios(results[first], figure, results[row], figure) if row != first else []
            if of_first:
                cell += f' ({statistics.median(of_first):.2f})'
            cells.append(cell)
        wanted = len(results[row])
        lost = '' if len(kept[row]) == wanted else f' ({len(kept[row])} of {wanted} runs)'
        print(f'| {row}{lost} | ' + ' | '.join(cells) + ' |', flush=True)


def show_targets(measured):
    print('\n## targets\n\n| | wanted | measured | |\n|---|---:|---:|---|')
    for what, limit, scenario, wanted, base in TARGETS:
        if scenario not in measured:
            continue
        figure, row = wanted
        runs = measured[scenario].get(row, [])
        if base:
            values = ratios(runs, figure, measured[scenario].get(base[1], []), base[0])
        else:
            values = [run[figure] for run in runs if run and figure in run]
        is_rate = figure in AT_LEAST
        bound = f'{"≥" if is_rate else "≤"} {limit:.2f}'
        if not values:
            print(f'| {what} | {bound} | | not measured: runs failed |')
            continue
        value = statistics.median(values)
        is_met = value >= limit if is_rate else value <= limit
        print(f'| {what} | {bound} | {value:.3f} | {"met" if is_met else "MISSED"}'
              + (f' ({len(values)} of {len(runs)} rounds)' if len(values) < len(runs) else '') + ' |')


def output_of(*command):
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return '?'


def versions(build):
    """The machine, and of everything measured which it was."""
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        model = next((line.split(':')[1].strip() for line in file if line.startswith('model name')), platform.machine())
    debian = {name: output_of('dpkg-query', '-W', '-f', '${Version}', package)
              for name, package in [('Qt', 'libqt6core6'), ('SQLite', 'libsqlite3-0')]}
    modules = {}
    for name in ['uwebsockets', 'ws']:
        try:
            with open(f'{build}/node/node_modules/{name}/package.json', encoding='utf-8') as file:
                modules[name] = json.load(file)['version']
        except OSError:
            modules[name] = '?'
    filesystem = output_of('stat', '-f', '-c', '%T', tempfile.gettempdir())
    what = {'hearth': output_of('git', 'describe', '--always', '--dirty'), **debian, 'node': output_of('node', '--version'), **modules,
            'Crystal': output_of('crystal', 'version').split('\n')[0].removeprefix('Crystal ')}
    return (f'{platform.system()} {platform.release()}, {os.cpu_count()} x {model}, data on {filesystem}\n'
            + ', '.join(f'{name} {version}' for name, version in what.items()))


def check_machine():
    """In words, rather than in a scenario that fails."""
    needed = 12_000  # connections, the server's own and the load's: each has its process
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < needed:
        sys.exit(f'This shell may open {most} files at most; the benchmark needs {needed}. See ulimit -Hn.')
    if len(os.sched_getaffinity(0)) < 2:
        sys.exit('The benchmark needs two cores: one for the server, one for the load.')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('scenario', nargs='*', choices=[[], *SCENARIOS])
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--seconds', type=int, default=4)
    parser.add_argument('--io-threads', action='store_true', help='Hearth without and with them, on all cores')
    options = parser.parse_intermixed_args()
    check_machine()
    everything = servers(options.build)
    print(versions(options.build))
    print(f'Medians of {options.runs} alternating runs of {options.seconds} s; in brackets: the first row divided by that one, round by round')
    measured = {}
    is_whole = True
    for scenario in options.scenario or SCENARIOS:
        rows = SCENARIOS[scenario]
        if options.io_threads:
            rows = each(VARIANTS, rows[0][2])
        results = {row: [] for row, _, _ in rows}
        for _ in range(options.runs):
            for row, server, arguments in rows:
                if server in BARE_LOOPS:
                    ours = results['hearth'][-1]  # without it there is nothing to compare with
                    result = ours and run_bare_sqlite(options.build, server, options.seconds, round(ours['messages_per_commit']))
                else:
                    result = run_once(everything[server], server, arguments, options.build, options.seconds,
                                      not options.io_threads)
                results[row].append(result)
                is_whole = is_whole and result is not None
        measured[scenario] = results
        show(scenario, results)
    if not options.io_threads:
        show_targets(measured)
    if not is_whole:
        sys.exit('Some runs failed: see above.')


if __name__ == '__main__':
    main()
