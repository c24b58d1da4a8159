"""Offline replay on one core, ours and FastF1's on the same pages in turn."""
import json
import os
import re
import shutil
import statistics
import subprocess

from common import BUILD, QUALIFYING, RACE, ROOT, TIMING

FASTF1 = 'fastf1==3.9.0'
SESSIONS = [
    ('qualifying', QUALIFYING, 8000, 'replay, telemetry, all tables: Mexico City qualifying 2025'),
    ('race', RACE, 8000, 'replay, telemetry, all tables: Australian race 2025'),
    ('timing', TIMING, 60000, 'replay, timing only, all tables: Azerbaijan race 2018'),
]


def one_core():
    return ['taskset', '-c', str(min(os.sched_getaffinity(0)))] if shutil.which('taskset') else []


def fastf1(results):
    """The interpreter of an environment with FastF1 in it, made once; None without a way to get it."""
    python = os.path.join(BUILD, 'venv', 'bin', 'python')
    check = [python, '-c', 'import fastf1, sys; sys.exit(fastf1.__version__ != %r)' % FASTF1.split('==')[1]]
    if os.path.exists(python) and subprocess.run(check, capture_output=True).returncode == 0:
        return python
    results.note('installing %s into .build/venv' % FASTF1)
    made = subprocess.run(['sh', '-c', 'python3 -m venv "$1" && "$1/bin/pip" -q install "$2"', 'sh', os.path.join(BUILD, 'venv'), FASTF1],
                          text=True, capture_output=True)
    if made.returncode:
        results.skip('FastF1 on the same pages', (made.stderr.strip().splitlines() or ['pip failed'])[-1])
        return None
    return python


def run(results, reps):
    results.section('Offline replay, one core (x real time, by processor time)')
    if not os.path.isdir(QUALIFYING):
        results.skip('offline replay', 'the real recordings are absent (../shared/data)')
        return
    program = os.path.join(BUILD, 'bench', 'app.test')
    subprocess.run(['go', 'test', '-c', '-o', program, './internal/app'], cwd=ROOT, check=True)
    python = fastf1(results)
    for name, folder, goal, title in SESSIONS:
        ours, wall, theirs, last = [], [], [], None
        for _ in range(reps):
            last = ours_once(program, name)
            ours.append(last['x-real-time'])
            wall.append(last['x-real-time-wall'])
            if python:
                f = theirs_once(python, folder)
                if f['failed']:
                    results.note('FastF1 could not read: %s' % f['failed'])
                theirs.append(last['session-s'] / f['cpu_s'])
        results.details['offline ' + name] = {'ours': ours, 'ours_wall': wall, 'fastf1': theirs, 'last': last}
        results.add(title, statistics.median(ours), 'x real time', goal=goal)
        results.note('%.0f s of session, %d messages, %d rows; by the clock on the wall %s x' % (
            last['session-s'], last['messages'], last['rows'], '{:,.0f}'.format(statistics.median(wall))))
        if theirs:
            results.add('  FastF1 %s on the same pages' % FASTF1.split('==')[1], statistics.median(theirs), 'x real time')
            results.add('  ours / FastF1', statistics.median(o / t for o, t in zip(ours, theirs)), 'x')


def ours_once(program, name):
    r = subprocess.run(one_core() + [program, '-test.run', '^$', '-test.bench', '^BenchmarkDerive$/^%s$' % name, '-test.benchtime', '3x'],
                       cwd=os.path.join(ROOT, 'internal', 'app'), env=dict(os.environ, GOMAXPROCS='1'),
                       capture_output=True, text=True, check=True)
    found = {unit: float(value) for value, unit in re.findall(r'([0-9.e+]+) ([A-Za-z][\w/-]*)', r.stdout)}
    if 'x-real-time' not in found:
        raise RuntimeError('no figure in: ' + r.stdout)
    return found


def theirs_once(python, folder):
    one = {v: '1' for v in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS')}
    r = subprocess.run(one_core() + [python, os.path.join(ROOT, 'scripts', 'bench', 'fastf1_replay.py'), folder],
                       env=dict(os.environ, **one), capture_output=True, text=True, check=True)
    return json.loads(r.stdout)
