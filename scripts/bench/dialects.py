"""Every dialect at once while a race is replayed at 50 x: how far behind each is; and what a second dialect's subscribers cost."""
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from common import PITWALL, RACE, ROOT, free_port
from server import Served

SPEED = 50
LAG_MS = 1000
EXTRA = 1.3
SUBSCRIBERS = 1000
# The benchmark in internal/app names them so.
PUSHING = [('websocket', 'our WebSocket'), ('socketio', 'Socket.IO'), ('core', 'official feed, SignalR Core'), ('legacy', 'official feed, legacy SignalR'),
           ('openf1', 'OpenF1 push, MQTT')]


def run(results, each, seconds, rounds):
    results.section('All dialects at once while a race is replayed at %d x: %d subscribers of each kind' % (SPEED, each))
    folder = tempfile.mkdtemp(prefix='pitwall-bench-')
    try:
        crowd = os.path.join(folder, 'crowd')
        subprocess.run(['go', 'build', '-o', crowd, './scripts/bench/crowd'], cwd=ROOT, check=True)
        together(results, crowd, recording(results, folder), os.path.join(folder, 'data'), each, seconds)
    finally:
        shutil.rmtree(folder)
    second(results, rounds)


def recording(results, folder):
    """The Australian race of 2025 with telemetry, else a simulated one."""
    if os.path.isdir(RACE):
        results.note('the Australian race of 2025 with its telemetry, from lap 3')
        return RACE
    results.note('the real recordings are absent (../shared/data): a simulated race, from lap 3')
    path = os.path.join(folder, 'race')
    subprocess.run([PITWALL, 'simulate', '--session', 'race', '--seed', '7', '--out', path], check=True, stdout=subprocess.DEVNULL)
    return path


def together(results, crowd, race, data, each, seconds):
    mqtt = free_port()
    arguments = ['replay', race, '--speed', str(SPEED), '--from', '3', '--data', data, '--mqtt-listen', '127.0.0.1:%d' % mqtt]
    with Served('dialects', arguments, viewer=False) as s:
        stored(s)
        r = subprocess.run([crowd, '-url', s.url, '-mqtt', '127.0.0.1:%d' % mqtt, '-each', str(each), '-for', '%ds' % seconds, '-pid', str(s.server.pid)],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        peak = s.peak()
    if r.returncode:
        results.note(r.stderr.strip()[-600:])
        results.add('the subscribers have followed', 0, '', goal=1)
        return
    report = json.loads(r.stdout)
    results.details['dialects'] = report
    results.note('session %s from %s to %s: %s messages published in %.0f s' % (
        report['session'], report['from'], report['to'], '{:,}'.format(report['messages']), report['seconds']))
    results.note('lag of who is pushed to: ms on the wall from the moment a message was published (t of its envelope) until it was read,')
    results.note('of the oldest message in each frame; of who polls (every 2 s; pages of the archive every 20 s): how long the oldest message')
    results.note('that an answer does not hold had been published when the answer had come. 1 s on the wall is %d s of the session.' % SPEED)
    line = '%-36s %5s %11s %8s %8s %8s %9s %6s %6s %6s'
    results.note(line % ('', 'subs', 'messages', 'p50 ms', 'p99 ms', 'max ms', 'p99 ses.s', 'lost', 'cut', 'stale'))
    for g in report['groups']:
        lag = g['lag']
        results.note(line % (g['name'], g['viewers'], '{:,}'.format(g['messages']), '%.1f' % lag['p50'], '%.1f' % lag['p99'], '%.1f' % lag['max'],
                             '%.1f' % (lag['p99'] * SPEED / 1000), g['lost'], g['cut'], g['old']))
        for error in g.get('errors', []):
            results.note('  ' + error)
    for g in report['groups']:
        if g['polls']:
            results.note('an answer of %s: p50 %.0f, p99 %.0f, longest %.0f ms; %d refused' % (g['name'], g['took']['p50'], g['took']['p99'], g['took']['max'], g['refused']))
    judge(results, report, peak)


def stored(s):
    """Waits until the recording is in the store, which is done once; it is part of the server's start here."""
    end = time.time() + 120
    while time.time() < end:
        with open(s.server.log) as f:
            if 'session stored' in f.read():
                return
        time.sleep(0.1)


def judge(results, report, peak):
    groups = report['groups']
    results.add('the clock: messages published after they were due, p99', report['clock']['p99'], 'ms', most=LAG_MS)
    for g in groups:
        # A group that has read nothing has no lag.
        results.add('%s: lag p99' % g['name'], g['lag']['p99'] if g['lag']['n'] else None, 'ms', most=LAG_MS)
    results.add('all: messages lost', sum(g['lost'] for g in groups), '', most=0)
    results.add('all: connections cut, as slow or otherwise', sum(g['cut'] for g in groups), '', most=0)
    results.add('all: subscribers without the newest message at the end', sum(g['old'] for g in groups), '', most=0)
    results.add('the server\'s processor time a second', report['processor'] / report['seconds'], 's')
    results.add('  its peak memory', peak, 'MB')


def second(results, rounds):
    results.section('What %d subscribers of a second dialect add, against what they cost alone (median of %d)' % (SUBSCRIBERS, rounds))
    r = subprocess.run(['go', 'test', '-run', '^$', '-bench', '^BenchmarkSecondDialect$', '-benchtime', '1x', '-count', str(rounds), '-timeout', '60m', './internal/app'],
                       cwd=ROOT, capture_output=True, text=True)
    found = {}
    for name, rest in re.findall(r'^BenchmarkSecondDialect/(\S+?)(?:-\d+)?\s+\d+\s+(.*)$', r.stdout, re.M):
        for value, unit in re.findall(r'(-?[\d.]+) (\S+)', rest):
            found.setdefault((name, unit), []).append(float(value))
    if not found:
        results.note((r.stdout + r.stderr).strip()[-600:])
    for name, title in PUSHING:
        extra, alone = (found.get((name, unit)) for unit in ('extra', 'µs/delivery'))
        results.details['second dialect ' + name] = {'extra': extra, 'us a delivery': alone}
        results.add('%s beside %s: extra' % (title, 'Socket.IO' if name == 'websocket' else 'our WebSocket'), statistics.median(extra) if extra else None, 'x alone', most=EXTRA)
        if alone:
            results.note('%s us a delivery alone; extra %s' % (', '.join('%.2f' % v for v in alone), ', '.join('%.2f' % v for v in extra)))
