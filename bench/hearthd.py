"""A hearthd for as long as a block lasts: what the benchmarks start."""
import os
import signal
import subprocess


class Hearthd:
    """On a free port of 127.0.0.1, quiet, alone on `core` if there is one. What it is told goes into `folder`, its data too unless
    `data` says where. `prefix` is a command that starts commands."""

    def __init__(self, bin_, configuration, folder, data=None, core=None, prefix=()):
        path = os.path.join(folder, 'hearth.ini')
        self.data = data or os.path.join(folder, 'data')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(configuration)
        self.command = list(prefix) + (['taskset', '-c', core] if core else [])
        self.command += [f'{bin_}/hearthd', '--bind', '127.0.0.1', '--port', '0', '--no-discovery', '--log-level', 'error',
                         '--config', path, '--data', self.data]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if 'Listening on ' not in line:
            raise RuntimeError('hearthd did not start')
        self.url = line.split('Listening on ')[1].strip()
        self.port = self.url.rsplit(':', 1)[1].split('/')[0]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
