"""The ClickHouse engine behind as much of its HTTP interface as the tests use. For tests only, on loopback.

usage: clickhouse_engine.py PORT FOLDER [attached]

Port 0 is a free one; the port is printed once it listens. Attached, it ends when its standard input does.

The engine is the real one, built as a library (package chdb). It runs one statement at a time and has no ports
of its own; this gives it one. What comes as the data of an INSERT is put into a file, for the library reads
files and not bodies.
"""

import os
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from chdb import session

PORT, FOLDER = int(sys.argv[1]), sys.argv[2]
engine = session.Session(FOLDER)
one = threading.Lock()
INPUT = re.compile(r"input\('((?:[^'\\]|\\.)*)'\)\s+FORMAT\s+(\w+)\s*$", re.S)
FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*$")
NO_SETTINGS = {"query", "database", "wait_end_of_query"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.answer(200, b"Ok.\n")

    def do_POST(self):
        asked = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()}
        body = self.body()
        with tempfile.NamedTemporaryFile(dir=FOLDER, suffix=".data") as data:
            if "query" in asked:
                data.write(body)
                data.flush()
                sql = INPUT.sub(lambda m: f"file('{data.name}', '{m[2]}', '{m[1]}')", asked["query"])
            else:
                sql = body.decode()
            try:
                self.answer(200, self.run(sql, asked))
            except Exception as error:
                self.answer(500, str(error).encode())

    def run(self, sql, asked):
        form = FORMAT.search(sql)
        if form and not sql.lstrip().upper().startswith("INSERT"):
            sql = sql[: form.start()]
        with one:
            engine.query("USE " + re.sub(r"\W", "", asked.get("database", "default")))
            settings = []  # one statement for all: each takes some milliseconds of the library's
            for name, value in asked.items():
                name = re.sub(r"[^a-z0-9_]", "", name)
                if name.startswith("param_"):
                    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                    settings.append(f"{name} = '{quoted}'")
                elif name not in NO_SETTINGS:
                    settings.append(f"{name} = {int(value)}")
            if settings:
                engine.query("SET " + ", ".join(settings))
            result = engine.query(sql, form[1] if form else "TabSeparated")
            return result.bytes() if result is not None else b""

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body or b"")


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


if sys.argv[3:] == ["attached"]:
    threading.Thread(target=end_with_input, daemon=True).start()
server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
