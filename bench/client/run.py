#!/usr/bin/env python3
"""Measures the window offscreen and prints one table a matter: medians, and what each is beside its counterpart.

Called by scripts/bench-client: run.py BUILD [matter...] [--runs N] [--large N]. The servers are real ones, on 127.0.0.1. What
is compared runs alternately in the same sitting, a process a measurement, each at a cache of its own.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from hearthd import Hearthd

MATTERS = ['open', 'scroll', 'burst', 'start', 'memory']
SMALL = 100
ROOMS, IN_ROOM = 20, 10_000
PAGES_IN_ROOM = 10
BURST = 10_000

CONFIGURATION = '''[server]
tls = off
[limits]
messages_burst = 0
messages_per_second = 0
typing_burst = 0
typing_per_second = 0
requests_burst = 0
requests_per_second = 0
joins_burst = 0
joins_per_second = 0
[websocket]
max_queued_bytes = 67108864
'''


class Bench:
    def __init__(self, build, work):
        self.bin = os.path.join(build, 'bin')
        self.filled = os.path.join(build, 'client-data')
        self.work = work
        self.environment = {**os.environ, 'QT_QPA_PLATFORM': 'offscreen', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC',
                            'QT_LOGGING_RULES': 'hearth.*=false'}
        self.user = int(time.time()) % 1_000_000 * 100  # a name is somebody's for good, and the data is kept
        os.makedirs(self.filled, exist_ok=True)

    def data(self, name, rooms):
        """A server's data, made once and kept for later runs."""
        directory = os.path.join(self.filled, name)
        ready = directory + '.ready'
        if not os.path.exists(ready):
            count = sum(int(room.split('=')[1]) for room in rooms)
            print(f'==> Writing {count:,} messages into {directory}', file=sys.stderr)
            subprocess.run([f'{self.bin}/hearth_bench_client', 'fill', directory, *rooms], check=True, env=self.environment)
            with open(ready, 'w', encoding='utf-8'):
                pass
        return directory

    def cache(self):
        """A new person with nothing kept."""
        self.user += 1
        directory = os.path.join(self.work, f'user{self.user}')
        os.makedirs(directory)
        return [directory, f'user{self.user}']

    def measure(self, what, *arguments):
        run = subprocess.run([f'{self.bin}/hearth_bench_client', what, *map(str, arguments)], stdout=subprocess.PIPE,
                             text=True, timeout=1200, check=True, env=self.environment)
        return json.loads(run.stdout)

    def until_painted(self, program, *arguments):
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        process = subprocess.Popen([f'{self.bin}/{program}', *(['start'] if program == 'hearth_bench_client' else []), str(began),
                                    *arguments], stdout=subprocess.PIPE, text=True, env=self.environment)
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status != 0:
            raise RuntimeError(f'{program} ended with {status}')
        return {**json.loads(output), 'cpu_ms': (usage.ru_utime + usage.ru_stime) * 1000}


def server(bench, data):
    return Hearthd(bench.bin, CONFIGURATION, bench.work, data)


def show(title, columns, rows, base):
    """rows: name -> list of {figure: value}; in brackets, what the row is beside the row `base`."""
    print(f'\n## {title}\n\n| | ' + ' | '.join(columns) + ' |\n|---|' + '---:|' * len(columns))
    middle = {name: {c: statistics.median([run[c] for run in runs if c in run]) for c in columns if any(c in run for run in runs)}
              for name, runs in rows.items()}
    for name, figures in middle.items():
        cells = []
        for column in columns:
            if column not in figures:
                cells.append('')
                continue
            value = figures[column]
            cell = f'{value:,.3g}' if abs(value) < 1000 else f'{value:,.0f}'
            if name != base and middle[base].get(column):
                cell += f' ({value / middle[base][column]:.2f})'
            cells.append(cell)
        print(f'| {name} | ' + ' | '.join(cells) + ' |')
    sys.stdout.flush()


def measure_open(bench, runs, large, _):
    rooms = {f'{SMALL:,} messages': SMALL, f'{large:,} messages': large}
    rows = {name: [] for name in rooms}
    for _ in range(runs):
        for name, size in rooms.items():
            person = bench.cache()
            with server(bench, bench.data(f'lobby-{size}', [f'lobby={size}', 'other=100'])) as chat:
                first = bench.measure('open', chat.url, *person)
                again = bench.measure('open', chat.url, *person, 'other')
                url = chat.url
            offline = bench.measure('open', url, *person)
            rows[name].append({'first, from the server: ms': first['join_ms'], 'again, from the cache: ms': again['join_ms'],
                               'offline: ms': offline['join_ms'], 'click on the room: ms': again['click_ms']})
    show('Opening a room, until its newest message is painted', list(rows[f'{SMALL:,} messages'][0]), rows, f'{SMALL:,} messages')


def measure_scroll(bench, runs, large, pages):
    rows = {'a few pages up': [], 'far up': []}
    for _ in range(runs):
        person = bench.cache()
        with server(bench, bench.data(f'lobby-{large}', [f'lobby={large}', 'other=100'])) as chat:
            online = bench.measure('scroll', chat.url, *person, pages)
            few = bench.measure('scroll', chat.url, *bench.cache(), 20)
            url = chat.url
        offline = bench.measure('scroll', url, *person, pages)
        rows['a few pages up'].append({'page from the server: ms': online['page_near_ms'], 'page from the cache: ms': offline['page_near_ms'],
                                       'back to the newest: ms': few['jump_ms'], 'rows held': few['rows_held'], 'memory: MiB': few['pss_mib']})
        rows['far up'].append({'page from the server: ms': online['page_far_ms'], 'page from the cache: ms': offline['page_far_ms'],
                               'back to the newest: ms': online['jump_ms'], 'rows held': online['rows_held'],
                               'longest turn: CPU ms': online['far_longest_turn_cpu_ms'], 'memory: MiB': online['pss_mib']})
    show(f'Scrolling up: after 10 pages of 50, and after {pages}', list(rows['far up'][0]), rows, 'a few pages up')


def measure_burst(bench, runs, _large, _pages):
    figures = ['seconds', 'longest_turn_ms', 'longest_turn_cpu_ms', 'p99_turn_cpu_ms', 'turns_above_16_7_cpu_ms', 'turns', 'paints', 'window_cpu_ms', 'process_cpu_ms']
    rows = {'idle': [], f'{BURST:,} arrive': [], f'{BURST:,} were waiting': []}
    for _ in range(runs):
        data = shutil.copytree(bench.data(f'lobby-{SMALL}', [f'lobby={SMALL}', 'other=100']),
                               os.path.join(bench.work, f'burst{bench.user}'))
        with server(bench, data) as chat:
            lives = bench.measure('burst', chat.url, *bench.cache(), BURST)
            sleeps = bench.measure('held', chat.url, *bench.cache(), BURST)
        rows['idle'].append({f: lives['idle_' + f] for f in figures})
        rows[f'{BURST:,} arrive'].append({f: lives[f] for f in figures})
        rows[f'{BURST:,} were waiting'].append({f: sleeps[f] for f in figures})
    show('A burst into the open room', figures, rows, 'idle')


def measure_start(bench, runs, _large, _pages):
    person = bench.cache()
    rows = {'bare window': [], 'hearth': [], 'hearth, joining': []}
    names = [f'room-{i}={IN_ROOM}' for i in range(1, ROOMS + 1)]
    with server(bench, bench.data(f'rooms-{IN_ROOM}', [*names, 'lobby=1000'])) as chat:
        bench.measure('memory', chat.url, *person, ROOMS, 0)  # whose cache has the rooms
        arguments = ['--data', person[0], '--user', person[1]]
        os.makedirs(os.path.join(person[0], 'client'), exist_ok=True)
        for name in os.listdir(person[0]):
            if name.startswith('client.db'):
                os.rename(os.path.join(person[0], name), os.path.join(person[0], 'client', name))
        for _ in range(runs * 3):
            rows['bare window'].append(bench.until_painted('bench_bare_window'))
            rows['hearth'].append(bench.until_painted('hearth_bench_client', *arguments))
            rows['hearth, joining'].append(bench.until_painted('hearth_bench_client', *arguments, '--join', chat.url))
    show(f'From the start of the process until all of the window is painted, with a cache of {ROOMS} rooms',
         ['painted_ms', 'messages_ms', 'cpu_ms', 'pss_mib'], rows, 'bare window')


def measure_memory(bench, runs, _large, _pages):
    rows = {'bare window': [], 'hearth': []}
    columns = ['start_page_mib', 'joined_mib', 'visited_mib', 'scrolled_mib']
    names = [f'room-{i}={IN_ROOM}' for i in range(1, ROOMS + 1)]
    with server(bench, bench.data(f'rooms-{IN_ROOM}', [*names, 'lobby=1000'])) as chat:
        for _ in range(runs):
            bare = bench.until_painted('bench_bare_window')['pss_mib']
            rows['bare window'].append({column: bare for column in columns})
            rows['hearth'].append(bench.measure('memory', chat.url, *bench.cache(), ROOMS, PAGES_IN_ROOM))
    show(f'Memory (PSS, MiB): {ROOMS} rooms of {IN_ROOM:,} visited, then {PAGES_IN_ROOM} pages up in each', columns, rows, 'bare window')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('build')
    parser.add_argument('matter', nargs='*', choices=[[], *MATTERS])
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--large', type=int, default=1_000_000, help='messages in the large room')
    parser.add_argument('--pages', type=int, default=200, help='of 50 messages, to scroll up')
    options = parser.parse_intermixed_args()
    print(f'{platform.system()} {platform.release()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; medians of '
          f'{options.runs} runs; in brackets: divided by the first row')
    with tempfile.TemporaryDirectory(prefix='hearth-bench-') as work:
        bench = Bench(options.build, work)
        for matter in options.matter or MATTERS:
            globals()[f'measure_{matter}'](bench, options.runs, options.large, options.pages)


if __name__ == '__main__':
    main()
