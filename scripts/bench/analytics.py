"""How long questions over seasons take: 146 races and other sessions of the lap tables, all real telemetry, 20 simulated races."""
import os
import re
import subprocess

from common import BUILD, ROOT

ENGINES = [('sqlite', 'SQLite', './internal/store/sqlite'), ('clickhouse', 'ClickHouse', './internal/store/clickhouse')]


def run(results, quick):
    results.section('Analytics: one answer over everything there is')
    for name, title, package in ENGINES:
        if name == 'clickhouse' and not os.access(os.path.join(BUILD, 'venv-clickhouse', 'bin', 'python'), os.X_OK):
            results.skip(title, 'the engine is not installed: make clickhouse')
            continue
        if not os.path.isdir(os.path.join(os.path.dirname(ROOT), 'shared', 'data')):
            results.skip(title, 'the real data is not there')
            continue
        env = dict(os.environ, PITWALL_BENCH_QUICK='1') if quick else os.environ
        r = subprocess.run(['go', 'test', '-run', '^$', '-bench', '^BenchmarkQuestions$', '-benchtime', '1x' if quick else '5x', '-timeout', '60m', package],
                           cwd=ROOT, env=env, capture_output=True, text=True)
        about = re.search(r'(\d+ laps of .*)', r.stdout)
        if about:
            results.note(about[1])
        found = re.findall(r'^BenchmarkQuestions/(\w+?)(?:-\d+)?\s+\d+\s+(.*)$', r.stdout, re.M)
        if not found or r.returncode:
            print((r.stdout + r.stderr).strip()[-600:])
            results.add(title, None, 'ms', most=1000)
        for question in re.findall(r'^ *--- FAIL: BenchmarkQuestions/(\w+?)(?:-\d+)?$', r.stdout, re.M):
            results.add('%s: %s' % (title, question), None, 'ms', most=1000)  # no line of the benchmark: it is missed here
        for question, rest in found:
            figures = {unit: float(v) for v, unit in re.findall(r'(-?[\d.]+) (\S+)', rest)}
            results.add('%s: %s, %d rows' % (title, question, figures.get('rows', 0)), figures.get('ms/answer'), 'ms', most=1000)
