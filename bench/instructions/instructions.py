#!/usr/bin/env python3
"""Counts the instructions of the hot paths with callgrind and prints them, beside those of an earlier run.

Called by scripts/bench-instructions: instructions.py PROGRAM [--save FILE] [--against FILE]. Unlike times, the counts
of two commits can be compared on a busy machine; between machines and compilers they cannot.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys
import tempfile


def count(program):
    """Instructions by path: {name: instructions of one unit}."""
    with tempfile.TemporaryDirectory(prefix='hearth-instructions-') as folder:
        out = os.path.join(folder, 'callgrind.out')
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', f'--callgrind-out-file={out}', program], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=600, check=False)
        if run.returncode != 0:
            sys.exit(f'{program} ended with {run.returncode}:\n{run.stderr}')
        units = dict(line.rsplit('\t', 1) for line in run.stdout.splitlines())
        figures = {}
        for name in glob.glob(out + '.*'):
            with open(name, encoding='utf-8', errors='replace') as file:
                text = file.read()
            trigger = re.search(r'^desc: Trigger: Client Request: (.*)$', text, re.M)
            totals = re.search(r'^totals: (\d+)', text, re.M)
            if trigger and totals and trigger[1] in units:
                figures[trigger[1]] = int(totals[1]) / int(units[trigger[1]])
        missing = units.keys() - figures.keys()
        if missing or not units:
            sys.exit(f'callgrind gave no figures for: {", ".join(missing) or "anything"}')
        return {name: figures[name] for name in units}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--save', help='write the figures to this file')
    parser.add_argument('--against', help='compare with figures that were saved')
    options = parser.parse_args()
    before = {}
    if options.against:
        with open(options.against, encoding='utf-8') as file:
            before = json.load(file)
    figures = count(options.program)
    if options.save:
        with open(options.save, 'w', encoding='utf-8') as file:
            json.dump(figures, file, indent=2)
    print('| path | instructions |' + (' before | change |' if before else ''))
    print('|---|---:|' + ('---:|---:|' if before else ''))
    for name, figure in figures.items():
        row = f'| {name} | {figure:,.0f} |'
        if before:
            earlier = before.get(name)
            row += f' {earlier:,.0f} | {100 * (figure / earlier - 1):+.1f} % |' if earlier else ' | |'
        print(row)


if __name__ == '__main__':
    main()
