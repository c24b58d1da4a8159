"""Memory of a server that holds a race with telemetry, memory of long sessions, and how long a seek takes."""
import datetime
import gzip
import http.client
import json
import os
import random
import shutil
import tempfile
import time
import urllib.request

from common import BUILD, PITWALL, QUALIFYING, RACE, Child, free_port, get, until_up
import fanout

SEEKS = 1000
RACE_MB = 300
FLAT_PERCENT = 10  # growth between the second and the last quarter of a long session that still counts as flat


def run(results, seconds, flood_seconds):
    results.section('Memory and seeks (a server with the Australian race 2025 and its telemetry)')
    if not os.path.isdir(QUALIFYING):
        results.skip('memory and seeks', 'the real recordings are absent (../shared/data)')
        return
    race(results, seconds)
    long_replay(results, seconds)
    long_live(results, flood_seconds)


class Served:
    """A pitwall that serves, and one terminal board that follows it."""

    def __init__(self, name, arguments, viewer=True):
        self.port = free_port()
        self.url = 'http://127.0.0.1:%d' % self.port
        self.server = Child(name, [PITWALL] + arguments + ['--listen', '127.0.0.1:%d' % self.port])
        until_up(self.server, self.port, 120)
        # The address is taken before a recording is loaded; it answers once it is.
        until_ready(self)
        self.viewer = Child(name + '-viewer', [PITWALL, 'watch', self.url, '--no-color']) if viewer else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in (self.viewer, self.server):
            if child:
                child.stop()

    def sample(self, seconds, every=0.5):
        """Resident memory in MB over time."""
        samples, end = [], time.time() + seconds
        while time.time() < end:
            samples.append(self.server.status('VmRSS') / 1024)
            time.sleep(every)
        return samples

    def peak(self):
        return self.server.status('VmHWM') / 1024


def until_ready(served, seconds=180):
    end = time.time() + seconds
    while time.time() < end and served.server.p.poll() is None:
        try:
            if get(served.url + '/api/v1/sessions')['sessions'] is not None:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError('no session is served after %d s, see %s' % (seconds, served.server.log))


def line(samples):
    """A few of the samples, evenly spaced, for reading."""
    step = max(1, len(samples) // 12)
    return ' '.join('%.0f' % s for s in samples[::step])


def race(results, seconds):
    with Served('race', ['replay', RACE, '--speed', '50']) as s:
        samples = s.sample(seconds)
        clock = get(s.url + '/api/v1/clocks/default')
        results.note('played at 50 x to %s; resident MB over time: %s' % (clock['at'], line(samples)))
        results.details['race memory MB'] = samples
        results.add('race loaded and played at 50 x: peak memory', s.peak(), 'MB', most=RACE_MB)
        taken, again = seeks(s, clock)
        results.details['seek ms'] = taken
        for name, value in (('p50', taken[len(taken) // 2]), ('p99', taken[len(taken) * 99 // 100])):
            results.add('%d random seeks: %s' % (SEEKS, name), value, 'ms')
        results.note('the ten longest again, each alone: %s ms' % ', '.join('%.0f' % t for t in again))
        results.add('%d random seeks: longest' % SEEKS, taken[-1], 'ms', most=50)
        results.add('  peak memory after them', s.peak(), 'MB', most=RACE_MB)


def seeks(s, clock):
    """Milliseconds of each seek over one connection, from the request to the answer, rising; and of the
    ten longest once more, which tells a slow place from a busy machine."""
    start = datetime.datetime.fromisoformat(clock['start'].replace('Z', '+00:00'))
    span = (datetime.datetime.fromisoformat(clock['end'].replace('Z', '+00:00')) - start).total_seconds()
    chance = random.Random(1)
    c = http.client.HTTPConnection('127.0.0.1', s.port, timeout=30)

    def seek(at):
        body = json.dumps({'at': at.isoformat(timespec='milliseconds').replace('+00:00', 'Z')})
        t = time.perf_counter()
        c.request('PATCH', '/api/v1/clocks/default', body, {'Content-Type': 'application/json'})
        r = c.getresponse()
        answer = r.read()
        if r.status != 200:
            raise RuntimeError('seek: %d %s' % (r.status, answer[:300]))
        return (time.perf_counter() - t) * 1000, at

    taken = sorted(seek(start + datetime.timedelta(seconds=chance.uniform(0, span))) for _ in range(SEEKS))
    again = [seek(at)[0] for _, at in reversed(taken[-10:])]
    c.close()
    return [t for t, _ in taken], again


def growth(samples):
    """Percent from the mean of the second quarter to the mean of the last."""
    n = len(samples) // 4
    if n == 0:
        return None
    before, after = samples[n:2 * n], samples[-n:]
    return 100 * (sum(after) / len(after) / (sum(before) / len(before)) - 1)


def twice(folder):
    """The race's pages with all of them once more behind, at later times: a session of twice the length."""
    last = '00:00:00.000'
    pages = {}
    for name in os.listdir(RACE):
        with gzip.open(os.path.join(RACE, name), 'rt', encoding='utf-8-sig', newline='') as f:
            pages[name] = [l for l in f.read().split('\r\n') if l]
        last = max(last, pages[name][-1][:12])
    shift = seconds_of(last) + 1
    for name, lines in pages.items():
        with gzip.open(os.path.join(folder, name), 'wt', encoding='utf-8', newline='', compresslevel=1) as f:
            for l in lines:
                f.write(l + '\r\n')
            for l in lines:
                f.write(offset_of(seconds_of(l[:12]) + shift) + l[12:] + '\r\n')


def seconds_of(t):
    h, m, s = t.split(':')
    return int(h) * 3600 + int(m) * 60 + float(s)


def offset_of(s):
    ms = round(s * 1000)
    return '%02d:%02d:%02d.%03d' % (ms // 3600000, ms // 60000 % 60, ms // 1000 % 60, ms % 1000)


def long_replay(results, seconds):
    folder = tempfile.mkdtemp(prefix='pitwall-bench-')
    try:
        twice(folder)
        with Served('twice', ['replay', folder, '--speed', '50']) as s:
            samples = s.sample(seconds, 0.5)
            clock = get(s.url + '/api/v1/clocks/default')
            results.note('twice the race at 50 x, now at %s of %s; resident MB over time: %s' % (clock['at'], clock['end'], line(samples)))
            results.details['twice the race memory MB'] = samples
            results.add('a session twice as long, played at 50 x: peak memory', s.peak(), 'MB', most=RACE_MB)
            results.add('  growth while it plays', growth(samples), '%', most=FLAT_PERCENT)
    finally:
        shutil.rmtree(folder)


def long_live(results, seconds):
    """A live server that is sent some hours of feed in a short time."""
    rate, title = 2000, 'a long live session'
    if not fanout.build(results):
        return
    folder = tempfile.mkdtemp(prefix='pitwall-bench-')
    feed = Child('feedsim', [os.path.join(fanout.OUT, 'bin', 'feedsim'), '-addr', '127.0.0.1:9100',
                             '-recording', os.path.join(fanout.OUT, 'race.jsonl'), '-snapshot', os.path.join(fanout.OUT, 'snapshot.json')])
    try:
        until_up(feed, 9100, 15)
        with Served('long', ['serve', '--source', 'livetiming:ws://127.0.0.1:9100/', '--data', folder]) as s:
            while get('http://127.0.0.1:9100/ctl/status')['consumers'] < 1:
                time.sleep(0.1)
            urllib.request.urlopen('http://127.0.0.1:9100/ctl/start?rate=%d&secs=%d' % (rate, seconds)).read()
            samples = s.sample(seconds)
            sent = get('http://127.0.0.1:9100/ctl/status')
            count = sent['sent'] + sent['plain']
            results.note('%s messages in %d s; resident MB over time: %s' % ('{:,}'.format(count), seconds, line(samples)))
            results.details['long live session memory MB'] = samples
            results.add('%s, %d messages (a race has 39,000): peak memory' % (title, count), s.peak(), 'MB', most=RACE_MB)
            n = len(samples)
            results.add('  growth for every race\'s worth of messages',
                        (samples[-1] - samples[n // 4]) / (count * 0.75) * 39000, 'MB')
    finally:
        feed.stop()
        shutil.rmtree(folder)
