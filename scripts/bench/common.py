"""What the parts of the benchmark share: where things are, the list of results, child processes."""
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, '.build')
SHARED = os.path.join(os.path.dirname(ROOT), 'shared')
DATA = os.path.join(SHARED, 'data', 'live-timing')
PITWALL = os.environ.get('PITWALL_BIN', os.path.join(ROOT, 'bin', 'pitwall'))
QUALIFYING = os.path.join(DATA, 'archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying')
RACE = os.path.join(DATA, 'reconstructed/2025-03-16_Australian_Grand_Prix_Race')
TIMING = os.path.join(DATA, 'archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race')


class Results:
    """Figures in the order they were taken; those with a goal are judged."""

    def __init__(self):
        self.rows, self.skipped, self.details = [], [], {}

    def section(self, title):
        print('\n## ' + title, flush=True)

    def note(self, text):
        print('   ' + text, flush=True)

    def add(self, name, value, unit, goal=None, most=None, aim=None):
        """goal: at least this; most: at most this; both: between; neither: not judged. aim is printed beside the goal."""
        verdict, bound = None, ''
        if goal is not None or most is not None:
            verdict = value is not None and (goal is None or value >= goal) and (most is None or value <= most)
            bound = 'goal ' + ' '.join(w for w in ('' if goal is None else '>= %s' % shown(goal), '' if most is None else '<= %s' % shown(most)) if w)
        if aim is not None:
            bound += ', aim %s' % shown(aim)
        self.rows.append({'name': name, 'value': value, 'unit': unit, 'goal_min': goal, 'goal_max': most, 'aim': aim, 'passed': verdict})
        word = {None: '', True: 'passed', False: 'FAILED'}[verdict]
        print('%-62s %12s %-14s %-26s %s' % (name, 'missing' if value is None else shown(value), unit, bound, word), flush=True)

    def skip(self, name, why):
        self.skipped.append({'name': name, 'why': why})
        print('%-62s skipped: %s' % (name, why), flush=True)


def shown(v):
    if isinstance(v, float) and abs(v) < 100:
        return '%.2f' % v
    return '{:,.0f}'.format(v)


class Child:
    """A process of ours; its output goes to a file in .build/bench."""

    def __init__(self, name, command, **kw):
        self.log = os.path.join(BUILD, 'bench', name + '.log')
        with open(self.log, 'wb') as f:
            self.p = subprocess.Popen(command, stdout=f, stderr=f, stdin=subprocess.DEVNULL, **kw)

    @property
    def pid(self):
        return self.p.pid

    def status(self, field):
        """A figure of /proc/PID/status in kB: VmRSS now, VmHWM the highest so far."""
        with open('/proc/%d/status' % self.pid) as f:
            for line in f:
                if line.startswith(field + ':'):
                    return int(line.split()[1])
        raise RuntimeError('%s has no %s: it has ended, see %s' % (self.pid, field, self.log))

    def stop(self):
        self.p.send_signal(signal.SIGTERM)
        try:
            self.p.wait(10)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def until_up(child, port, seconds):
    end = time.time() + seconds
    while time.time() < end:
        if child.p.poll() is not None:
            break
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError('nothing listens on port %d after %d s, see %s' % (port, seconds, child.log))


def get(url):
    with urllib.request.urlopen(url, timeout=30) as r:
        return json.load(r)
