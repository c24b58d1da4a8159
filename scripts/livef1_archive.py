"""Reads sessions with LiveF1 from our archive and compares each table with what LiveF1 makes of the official pages.

    livef1_archive.py http://127.0.0.1:8080 FOLDER...

A FOLDER has the official pages of a session (2025/…/…, each page compressed). They are served to LiveF1 by a small server
here, with the indexes of ours, which are no part of the folders. LiveF1 is told our address and nothing else; what it would
ask of others (where circuits begin) is left out. Exit code 1 when any value differs.
"""

import gzip
import http.server
import json
import pathlib
import sys
import threading
import urllib.request

import livef1
from livef1.adapters.jolpicaf1_adapter import jolpica_client
from livef1.data_processing.etl import function_map
from livef1.models.circuit import Circuit

Circuit._load_start_coordinates = lambda self: None


def follow(base, static):
    """Tells LiveF1 where the archive is."""
    for name, module in list(sys.modules.items()):
        if name.startswith("livef1") and hasattr(module, "STATIC_ENDPOINT"):
            module.BASE_URL, module.STATIC_ENDPOINT = base, static
    jolpica_client._base_url = base + "/ergast/f1/"


class Official(http.server.BaseHTTPRequestHandler):
    """The official pages; indexes are ours."""

    ours = folders = None

    def do_GET(self):
        path = self.path.removeprefix("/static/")
        if not path.startswith("2"):
            return self.send_error(404)
        if path.endswith("Index.json"):
            with urllib.request.urlopen(f"{self.ours}/livetiming/static/{path}") as answer:
                return self.page(answer.read())
        session, name = path.rsplit("/", 1)
        file = self.folders.get(session, pathlib.Path()) / (name + ".gz")
        if not file.exists():
            return self.send_error(404)
        self.page(gzip.decompress(file.read_bytes()))

    def page(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def read(year, key):
    """Each topic's table of a session, as LiveF1 makes it."""
    for meeting in livef1.get_season(year).meetings:
        for session in meeting.sessions.values():
            if session.key == key:
                topics = session.get_topic_names()
                return {name: session.get_data(name) for name in sorted(topics) if topics[name]["default_is_stream"] and function_map.get(name)}
    raise SystemExit(f"LiveF1 does not find session {key} of {year}")


def milliseconds(text):
    h, m, s = text.split(":")
    return round(((int(h) * 60 + int(m)) * 60 + float(s)) * 1000)


def first_offset(folder):
    """The offset of the first line of the pages, which our archive counts from."""
    first = []
    for page in folder.glob("*.jsonStream.gz"):
        with gzip.open(page) as f:
            first.append(milliseconds(f.readline().decode("utf-8-sig")[:12]))
    return min(first)


def rows_of(table, shift):
    """The rows of a table as words, with the times of the stream counted from its first line."""
    rows = []
    for row in table.to_dict("records"):
        words = []
        for column in sorted(row, key=str):
            value = row[column]
            if column == "timestamp" and isinstance(value, str):
                value = milliseconds(value) - shift
            if value is None or value != value:
                continue
            if isinstance(value, str) and value.startswith("http://127.0.0.1:"):
                value = value.split("/static/", 1)[1]  # LiveF1 puts the archive's address before a file's name
            words.append((column, json.dumps(value, default=str)))
        rows.append(tuple(words))
    return rows


def compare(name, ours, theirs, shift):
    got, want = rows_of(ours, 0), rows_of(theirs, shift)
    differ = sum(a != b for a, b in zip(got, want)) + abs(len(got) - len(want))
    values = sum(len(row) for row in want)
    if differ:
        print(f"  {name}: {differ} of {len(want)} rows differ, {len(got)} came")
        for i, (a, b) in enumerate(zip(got, want)):
            if a != b:
                print(f"    row {i} is {sorted(set(a) - set(b))}\n    want {sorted(set(b) - set(a))}")
                break
    return len(want), values, differ


def main(ours, folders):
    Official.ours = ours
    Official.folders = {"/".join(f.parts[-3:]): f for f in folders}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Official)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    passed = 0
    for folder in folders:
        with gzip.open(folder / "SessionInfo.jsonStream.gz") as f:
            key = json.loads(f.readline().decode("utf-8-sig")[12:])["Key"]
        year = int(folder.parts[-3])
        follow(ours, "/livetiming/static/")
        mine = read(year, key)
        follow(f"http://127.0.0.1:{server.server_port}", "/static/")
        theirs = read(year, key)
        rows = values = differ = 0
        for name in sorted(set(mine) | set(theirs)):
            n, v, d = compare(name, mine[name], theirs[name], first_offset(folder))
            rows, values, differ = rows + n, values + v, differ + d
        passed += differ == 0 and rows > 0
        print(f"{'/'.join(folder.parts[-3:])}: LiveF1: {len(mine)} topics, {rows} rows, {values} values, {differ} rows differ")
    server.shutdown()
    print(f"{passed} passed, {len(folders) - passed} failed")
    return 0 if passed == len(folders) else 1


if __name__ == "__main__":
    livef1.utils.logger.logger.setLevel("ERROR")
    sys.exit(main(sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]]))
