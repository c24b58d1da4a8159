#!/usr/bin/env python3
"""Speed and memory of pitwall against its goals and its peers, in one run. See docs/proof/README.md."""
import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import time

from common import BUILD, PITWALL, ROOT, Results
import analytics
import cached
import dialects
import events
import fanout
import micro
import offline
import places
import rest
import stores
import server

PARTS = ['offline', 'events', 'fanout', 'server', 'places', 'cached', 'stores', 'rest', 'analytics', 'dialects', 'micro']


def arguments():
    p = argparse.ArgumentParser(prog='scripts/bench.sh', description=__doc__)
    p.add_argument('--quick', action='store_true', help='one round of everything, short: to see that it runs')
    p.add_argument('--keep', action='store_true', help='write what is printed to docs/proof/bench.txt too; of the part dialects alone to bench-dialects.txt')
    p.add_argument('--only', default=','.join(PARTS), help='parts to run, by comma: ' + ', '.join(PARTS))
    a = p.parse_args()
    a.only = a.only.split(',')
    for part in a.only:
        if part not in PARTS:
            p.error('no part %r; there are %s' % (part, ', '.join(PARTS)))
    return a


def git(*args):
    r = subprocess.run(['git', '-C', ROOT] + list(args), capture_output=True, text=True)
    return r.stdout.strip() if r.returncode == 0 else ''


def head():
    model = next((l.split(':', 1)[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.machine())
    changed = [l for l in git('status', '--porcelain', '--untracked-files=no').splitlines()]
    return {
        'date': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds'),
        'commit': git('rev-parse', '--short=12', 'HEAD') + (' with %d changed files' % len(changed) if changed else ''),
        'go': subprocess.run(['go', 'version'], capture_output=True, text=True).stdout.strip(),
        'machine': '%s, %d cores, %s' % (model, os.cpu_count(), platform.release()),
        'load': os.getloadavg()[0],
    }


def main():
    a = arguments()
    os.makedirs(os.path.join(BUILD, 'bench'), exist_ok=True)
    if not os.access(PITWALL, os.X_OK):
        sys.exit('%s is missing: make build' % PITWALL)
    results, begin, about = Results(), time.time(), head()
    for k, v in about.items():
        print('%-8s %s' % (k, '%.2f (others at work when well above 0)' % v if k == 'load' else v))
    reps = 1 if a.quick else 3
    if 'offline' in a.only:
        offline.run(results, reps)
    if 'events' in a.only:
        events.run(results, 2 if a.quick else 10, 4000 if a.quick else 20000)
    if 'fanout' in a.only:
        fanout.run(results, reps, 4 if a.quick else 8)
    if 'server' in a.only:
        server.run(results, 10 if a.quick else 60, 10 if a.quick else 60)
    if 'places' in a.only:
        places.run(results)
    if 'cached' in a.only:
        cached.run(results, '1s' if a.quick else '5s')
    if 'analytics' in a.only:
        analytics.run(results, a.quick)
    if 'stores' in a.only:
        stores.run(results, '1x' if a.quick else '3x')
    if 'rest' in a.only:
        rest.run(results, 3 if a.quick else 15)
    if 'dialects' in a.only:
        dialects.run(results, 10 if a.quick else 50, 15 if a.quick else 60, reps)
    if 'micro' in a.only:
        micro.run(results, '50ms' if a.quick else '1s')
    about['seconds'] = round(time.time() - begin)
    path = os.path.join(BUILD, 'bench', 'bench-%s.json' % about['date'][:19].replace(':', ''))
    with open(path, 'w') as f:
        json.dump({'about': about, 'figures': results.rows, 'skipped': results.skipped, 'details': results.details}, f, indent=1)
    passed = sum(r['passed'] is True for r in results.rows)
    failed = sum(r['passed'] is False for r in results.rows)
    print('\n%d s; figures in %s' % (about['seconds'], os.path.relpath(path, ROOT)))
    print('%d passed, %d failed' % (passed, failed) + (', %d skipped' % len(results.skipped) if results.skipped else ''))
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
