"""The Go benchmarks of the hot paths: time and allocations of one operation each."""
import os
import re
import subprocess

from common import DATA, ROOT

# package, benchmark, what one operation is
LIST = [
    ('./internal/feed', 'ParseNode', 'parse 9,044 TimingData payloads'),
    ('./internal/feed', 'StateApply', 'merge 9,044 TimingData messages'),
    ('./internal/feed', 'Inflate', 'inflate 9,332 .z payloads'),
    ('./internal/feed', 'ParseLine', 'read one line of our log'),
    ('./internal/feed', 'AppendLine', 'write one line of our log'),
    ('./internal/telemetry', 'DecodeCar', 'decode 4,644 CarData payloads'),
    ('./internal/telemetry', 'DecodePosition', 'decode 4,688 Position payloads'),
    ('./internal/timing', 'ApplyRace', 'apply a race of 2018 (24,237 messages)'),
    ('./internal/timing', 'ApplySprint', 'apply a sprint of 2025'),
    ('./internal/timing', 'Tables', 'derive the twelve timing tables of a race'),
    ('./internal/timing', 'Clone', 'copy the state of a race'),
    ('./internal/wire', 'Patch', 'difference of two boards that differ in one entry'),
    ('./internal/live', 'Boards', 'board and its patch after each of a sprint\'s messages'),
    ('./internal/bus', 'Publish', 'number and keep one message, no sockets'),
    ('./internal/cache', 'GetHit', 'one question that the cache\'s memory answers'),
    ('./internal/cache', 'SharedHit', 'one question that Redis answers, 22 kB of JSON'),
    ('./internal/sessionlog', 'AppendOne', 'append one message to a log'),
    ('./internal/store/objects', 'SealFolder', 'seal 60,000 messages (26 MB) into a folder'),
    ('./internal/store/objects', 'RestoreFolder', 'restore them to a session log'),
    ('./internal/dialect/recording', 'ReadArchive', 'read a session with telemetry from disk'),
]


def run(results, benchtime):
    results.section('Go benchmarks (one operation)')
    if not os.path.isdir(DATA):
        results.note('the real recordings are absent: those that need them are missing below')
    print('%-22s %-54s %14s %12s %12s' % ('benchmark', 'one operation', 'ns', 'bytes', 'allocs'))
    found = {}
    for package in dict.fromkeys(p for p, _, _ in LIST):
        names = '|'.join(n for p, n, _ in LIST if p == package)
        r = subprocess.run(['go', 'test', '-run', '^$', '-bench', '^Benchmark(%s)$' % names, '-benchtime', benchtime, '-benchmem', package],
                           cwd=ROOT, capture_output=True, text=True)
        if r.returncode:
            results.add('go benchmarks of %s run' % package, 0, '', goal=1)
            results.note((r.stdout + r.stderr).strip()[-600:])
        for name, ns, rest in re.findall(r'^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op(.*)$', r.stdout, re.M):
            f = {unit: float(v) for v, unit in re.findall(r'([\d.]+) ([\w/]+)', rest)}
            found[package, name] = {'ns': float(ns), 'bytes': f.get('B/op'), 'allocs': f.get('allocs/op')}
    for package, name, what in LIST:
        f = found.get((package, name))
        if f:
            print('%-22s %-54s %14s %12s %12s' % (name, what, '{:,.0f}'.format(f['ns']), '{:,.0f}'.format(f['bytes']), '{:,.0f}'.format(f['allocs'])))
        else:
            print('%-22s %-54s %14s' % (name, what, 'missing'))
    results.details['go benchmarks'] = {'%s.%s' % k: v for k, v in found.items()}
