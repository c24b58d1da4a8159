"""How good estimated car positions are, where the real ones are withheld: the tests of internal/whereabouts measure it."""
import os
import re
import subprocess

from common import DATA, ROOT

LINE = re.compile(r'places: (.+?): median error ([\d.]+) m, band holds ([\d.]+) %, (\d+) places')


def run(results):
    results.section('Estimated car positions against real ones')
    if not os.path.isdir(DATA):
        results.skip('places of a real qualifying', 'the real recordings are absent')
    r = subprocess.run(['go', 'test', '-count=1', '-v', '-run', 'Places$', './internal/whereabouts'], cwd=ROOT, capture_output=True, text=True)
    found = LINE.findall(r.stdout)
    if r.returncode or not found:
        results.add('places were compared', 0, '', goal=1)
        results.note((r.stdout + r.stderr).strip()[-600:])
    for name, median, held, places in found:
        results.note('%s: %s places' % (name, '{:,}'.format(int(places))))
        results.add('median error', float(median), 'm', most=100 if 'sectors' in name else 40)
        results.add('places within their 90 % band', float(held), '%', goal=85, most=95)
    results.details['places'] = [dict(zip(('session', 'median_m', 'held_pct', 'places'), f)) for f in found]
