"""What finding the events costs: its share of an offline replay, and how long after its last message an event is there."""
import os
import re
import subprocess

from common import DATA, ROOT

SESSIONS = [('qualifying', 'qualifying with telemetry, all tables'), ('race', 'race with telemetry, all tables'), ('timing', 'race, timing only')]


def run(results, rounds, messages):
    results.section('Events: what finding them adds to a replay, and when they are there')
    if os.path.isdir(DATA):
        figures = metrics('./internal/app', 'Detect', '%dx' % rounds)
        for name, title in SESSIONS:
            f = figures.get(name, {})
            results.add('%s: processor time added' % title, f.get('%-added'), '%', most=25)
            results.add('  versions of events', f.get('versions'), '')
    else:
        results.skip('what detection adds to a replay', 'the real recordings are absent')
    f = metrics('./internal/gateway', 'EventLatency', '%dx' % messages).get('', {})
    results.note('a simulated race, a message each millisecond, a client on a real socket')
    results.add('an event after its last message: p50', f.get('p50-ms'), 'ms')
    results.add('an event after its last message: p99', f.get('p99-ms'), 'ms', most=5)


def metrics(package, benchmark, times):
    """The extra metrics of a Go benchmark by the name of its part."""
    r = subprocess.run(['go', 'test', '-run', '^$', '-bench', '^Benchmark%s$' % benchmark, '-benchtime', times, package], cwd=ROOT, capture_output=True, text=True)
    found = {}
    for name, rest in re.findall(r'^Benchmark\w+?(?:/(\w+))?(?:-\d+)?\s+\d+\s+(.*)$', r.stdout, re.M):
        found[name] = {unit: float(v) for v, unit in re.findall(r'(-?[\d.]+) (\S+)', rest)}
    if not found:
        print((r.stdout + r.stderr).strip()[-600:])
    return found
