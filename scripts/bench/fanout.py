"""Fan-out to 1,000 subscribers with the load harness, peers and product in turn."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from common import BUILD, PITWALL, ROOT, SHARED, free_port

HARNESS = os.path.join(SHARED, 'harness')
OUT = os.path.join(BUILD, 'harness')
SUBSCRIBERS = 1000


def build(results):
    """Builds harness, peers and workload; False when they are absent."""
    if not os.path.isdir(HARNESS):
        results.skip('fan-out', 'the load harness is absent (../shared/harness)')
        return False
    subprocess.run([os.path.join(ROOT, 'scripts', 'bench', 'harness.sh'), OUT, HARNESS], check=True)
    return True


def run(results, reps, seconds):
    results.section('Fan-out, %d subscribers on timing:raw:9693 (medians of %d, peers in turn)' % (SUBSCRIBERS, reps))
    if not build(results):
        return
    peers = 'rawgo-direct,product,centrifuge-lib'
    lone = measure(results, 'lone', reps, ['--peers', peers, '--feed-args', 'rate=10&secs=%d' % seconds])
    burst = measure(results, 'burst', reps, ['--peers', peers, '--feed-args', 'rate=200&secs=%d' % seconds])
    storm = measure(results, 'storm', reps, ['--peers', 'product', '--storm'])
    per_delivery(results, 'lone messages (10/s): CPU a delivery', lone, 2.0, 1.3)
    per_delivery(results, 'burst (200/s, 25 ms slots): CPU a delivery', burst, 0.65, 0.35)
    ours = of(lone, 'product') + of(burst, 'product')
    for what, keys in (('messages lost', ['lost']), ('messages out of order or twice', ['out_of_order', 'duplicates']), ('connections lost', ['disconnects'])):
        results.add('fan-out: ' + what, sum(r[k] for r in ours for k in keys) if ours else None, '', most=0)
    results.add('lone messages: latency p50', med(of(lone, 'product'), lambda r: r['latency_ms']['p50']), 'ms')
    results.add('  rawgo-direct', med(of(lone, 'rawgo-direct'), lambda r: r['latency_ms']['p50']), 'ms')
    results.add('%d connects at once, each with a snapshot' % SUBSCRIBERS, med(storm, lambda r: r['connect_s']), 's', most=1.0)
    results.add('  ready of them', min((r['ready'] for r in storm), default=None), '', goal=SUBSCRIBERS)
    results.add('memory a connection', med(ours, memory), 'kB', most=30)
    results.add('  centrifuge-lib, which sends no snapshot', med(of(lone, 'centrifuge-lib') + of(burst, 'centrifuge-lib'), memory), 'kB')


def measure(results, name, reps, args):
    """One run of the harness; returns its reports."""
    out = os.path.join(BUILD, 'bench', 'fanout-%s.jsonl' % name)
    if os.path.exists(out):
        os.remove(out)
    folder = tempfile.mkdtemp(prefix='pitwall-bench-')
    try:
        port = free_port()
        # The harness splits the command at spaces; a fresh data folder for every start is the script's work.
        script = os.path.join(folder, 'serve.sh')
        with open(script, 'w') as f:
            f.write('#!/bin/sh\nrm -rf "%s/data"\nexec "%s" serve --source livetiming:ws://127.0.0.1:9100/ --data "%s/data" --listen 127.0.0.1:%d\n'
                    % (folder, PITWALL, folder, port))
        os.chmod(script, 0o755)
        product = 'centrifuge-json,http://127.0.0.1:%d/connection/websocket,timing:raw:9693,%d,%s' % (port, port, script)
        r = subprocess.run([sys.executable, os.path.join(HARNESS, 'run.py'), '--subs', str(SUBSCRIBERS), '--rep', str(reps), '--out', out,
                            '--product', product] + args, env=dict(os.environ, HARNESS_BUILD=OUT), stdout=subprocess.PIPE, text=True)
        for line in r.stdout.splitlines():
            results.note(line)
    finally:
        shutil.rmtree(folder)
    if not os.path.exists(out):
        return []
    with open(out) as f:
        reports = [json.loads(line) for line in f]
    results.details['fan-out ' + name] = reports
    return reports


def of(reports, label):
    return [r for r in reports if r['label'] == label]


def med(reports, figure):
    return statistics.median(figure(r) for r in reports) if reports else None


def cpu(r):
    return r['server_cpu_us_per_delivery']


def memory(r):
    return sum(p['rss_per_conn_kB'] for p in r['procs'].values())


def per_delivery(results, title, reports, most, aim):
    """The ratio is of runs of the same round, so that the machine's mood is in both."""
    floor = {r['rep']: cpu(r) for r in of(reports, 'rawgo-direct')}
    for label in ('product', 'centrifuge-lib'):
        ratios = [cpu(r) / floor[r['rep']] for r in of(reports, label) if floor.get(r['rep'])]
        ratio = statistics.median(ratios) if ratios else None
        if label == 'product':
            results.add(title, ratio, 'x rawgo-direct', most=most, aim=aim)
        else:
            results.add('  ' + label, ratio, 'x rawgo-direct')
        results.note('%s %s us a delivery' % (label, ', '.join('%.2f' % cpu(r) for r in of(reports, label))))
    results.note('rawgo-direct %s us a delivery' % ', '.join('%.2f' % v for v in floor.values()))
