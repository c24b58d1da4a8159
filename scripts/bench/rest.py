"""Processor time of a request that PostgreSQL answers, ours beside FastAPI with asyncpg: the laps of one car, which is
mostly the two sockets, and all laps of a session, which is mostly the rows."""
import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time

from common import BUILD, Child, PITWALL, RACE, ROOT, free_port, get, until_up

REQUIREMENTS = ['fastapi==0.165.0', 'uvicorn==0.54.0', 'uvloop==0.23.0', 'httptools', 'asyncpg==0.32.0', 'orjson']
CAR = '/sessions/9693/laps?driver_number=%d&limit=%d'
SESSION = '/sessions/9693/laps?limit=%d'
CARS = [1, 4, 10, 12, 14, 16, 18, 22, 23, 27, 31, 44, 63, 81, 87]


def cars(root):
    """Each is asked once: ours keeps answers in memory, and this is about answers that come from the database."""
    return (root + CAR % (car, limit) for limit in range(100, 5001) for car in CARS)


def sessions(root):
    """As above: the limit is beyond the laps of the session, so that every answer has all of them. When the limits are
    used up they come again: what was answered 3,500 answers of half a megabyte ago is not in memory any more."""
    return (root + SESSION % limit for limit in itertools.cycle(range(1500, 5001)))


QUESTIONS = {'laps of one car': cars, 'all laps of a session': sessions}


class Postgres:
    """A server of its own in a temporary folder, on a socket and a port of loopback; it ends with the with block."""

    def __enter__(self):
        self.bin = newest_postgres()
        self.dir = tempfile.mkdtemp(prefix='pitwall-pg-')
        self.port = free_port()
        os.chmod(self.dir, 0o755)
        if os.getuid() == 0:  # the server refuses root
            user = pwd.getpwnam('postgres')
            os.chown(self.dir, user.pw_uid, user.pw_gid)
        self.run('initdb', '-D', self.dir + '/data', '-U', 'pitwall', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8')
        self.run('pg_ctl', '-D', self.dir + '/data', '-w', '-l', self.dir + '/log', '-o',
                 '-p %d -c listen_addresses=127.0.0.1 -k %s' % (self.port, self.dir), 'start')
        self.url = 'postgres://pitwall@127.0.0.1:%d/postgres' % self.port
        return self

    def run(self, program, *args):
        command = [os.path.join(self.bin, program)] + list(args)
        if os.getuid() == 0:
            command = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] + command
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd='/')

    def __exit__(self, *_):
        self.run('pg_ctl', '-D', self.dir + '/data', '-m', 'fast', '-w', 'stop')
        shutil.rmtree(self.dir)


def newest_postgres():
    root = '/usr/lib/postgresql'
    versions = sorted(os.listdir(root), key=int) if os.path.isdir(root) else []
    if not versions:
        raise SystemExit('missing PostgreSQL: install the Debian package postgresql')
    return os.path.join(root, versions[-1], 'bin')


def peer_python():
    venv = os.path.join(BUILD, 'venv-rest-peer')
    python = os.path.join(venv, 'bin', 'python')
    if not os.path.exists(python):
        subprocess.run(['python3', '-m', 'venv', venv], check=True)
    if subprocess.run([python, '-c', 'import fastapi, uvicorn, uvloop, asyncpg, orjson, httptools'], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([python, '-m', 'pip', 'install', '-q'] + REQUIREMENTS, check=True)
    return python


def cpu(pid):
    """Seconds of processor time of a process and its threads."""
    with open('/proc/%d/stat' % pid) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


async def ask(port, paths, until):
    """One connection that asks again as soon as it is answered; gives how often."""
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    n = 0
    while time.monotonic() < until:
        writer.write(('GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n' % next(paths)).encode())
        head = await reader.readuntil(b'\r\n\r\n')
        if not head.startswith(b'HTTP/1.1 200'):
            raise SystemExit('port %d answered %r' % (port, head[:200]))
        low = head.lower()
        if b'content-length:' in low:
            await reader.readexactly(int(low.split(b'content-length:')[1].split(b'\r\n')[0]))
        else:
            while size := int((await reader.readline()).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        n += 1
    writer.close()
    return n


def load(port, paths, seconds, connections=8):
    async def all_of_them():
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*[ask(port, paths, until) for _ in range(connections)]))
    return asyncio.run(all_of_them())


def measure(results, name, pid, port, seconds, questions, root='/api/v1'):
    paths = questions(root)
    load(port, paths, seconds / 4)  # warm
    before, begun = cpu(pid), time.monotonic()
    n = load(port, paths, seconds)
    each = (cpu(pid) - before) / n * 1e6
    results.add('%s, requests a second, 8 connections' % name, n / (time.monotonic() - begun), 'requests/s')
    results.add('%s, processor time a request' % name, each, 'µs')
    return each


def same_rows(ours, theirs):
    """Both must say the same, or nothing is compared."""
    a, b = ours['data'], theirs['data']
    assert len(a) == len(b) > 50, (len(a), len(b))
    for x, y in zip(a, b):
        for column in ('driver_number', 'lap_number', 'lap_time_ms', 's1_ms', 'compound', 'position', 'is_accurate'):
            assert x[column] == y[column], (column, x, y)


def run(results, seconds):
    results.section('REST from PostgreSQL: processor time of the answering process (not of PostgreSQL)')
    if not os.path.isdir(RACE):
        results.skip('REST from PostgreSQL', 'the reference data are absent')
        return
    python = peer_python()
    with Postgres() as pg, tempfile.TemporaryDirectory() as data:
        subprocess.run([PITWALL, 'import', RACE, '--data', data, '--store', pg.url], check=True, stderr=subprocess.DEVNULL)
        ours, theirs = free_port(), free_port()
        # No source answers there: nothing but requests costs processor time.
        pitwall = Child('rest-ours', [PITWALL, 'serve', '--source', 'livetiming:http://127.0.0.1:9', '--data', data, '--store', pg.url, '--listen', '127.0.0.1:%d' % ours])
        fastapi = Child('rest-peer', [python, os.path.join(ROOT, 'scripts', 'bench', 'rest_peer.py'), str(theirs), pg.url])
        try:
            until_up(pitwall, ours, 30)
            until_up(fastapi, theirs, 30)
            for what, questions in QUESTIONS.items():
                path = next(questions('/api/v1'))
                same_rows(get('http://127.0.0.1:%d%s' % (ours, path)), get('http://127.0.0.1:%d%s' % (theirs, path)))
                mine = measure(results, '%s: pitwall' % what, pitwall.pid, ours, seconds, questions)
                peer = measure(results, '%s: FastAPI, the answer declared' % what, fastapi.pid, theirs, seconds, questions)
                bare = measure(results, '%s: FastAPI, bare orjson' % what, fastapi.pid, theirs, seconds, questions, '/bare')
                results.add('%s: FastAPI / pitwall, processor time a request' % what, peer / mine, 'times', goal=8)
                results.add('%s: bare orjson / pitwall' % what, bare / mine, 'times')
        finally:
            pitwall.stop()
            fastapi.stop()
