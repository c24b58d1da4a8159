"""Foreign clients record our replay of real recordings at once; what they have is compared with the recording, message by
message: topic, payload and time.

    check.py BINARY RECORDINGS WORK NODE_MODULES PYTHON_WITH_LIVEF1
"""

import ast
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
RECORDINGS = [
    "2024-05-18_imola_qualifying_hubframes",
    "2024-07-05_silverstone_fp1_jsonl",
    "2025-12-07_abudhabi_race_last12min_pyrepr",
]
# What FastF1's client asks for.
TOPICS = [
    "Heartbeat", "AudioStreams", "DriverList", "ExtrapolatedClock", "RaceControlMessages", "SessionInfo", "SessionStatus",
    "TeamRadio", "TimingAppData", "TimingStats", "TrackStatus", "WeatherData", "Position.z", "CarData.z", "ContentStreams",
    "SessionData", "TimingData", "TopThree", "RcmSeries", "LapCount",
]
SPEED = 50
PATIENCE = 300  # seconds for the longest


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8-sig") as f:
        return [line for line in f.read().splitlines() if line.strip()]


def recorded(folder):
    """The messages of a recording, read without any code of ours; the snapshot it begins with is left out."""
    if (folder / "saved_data.txt.gz").exists():
        return [ast.literal_eval(line) for line in lines(folder / "saved_data.txt.gz")]
    messages = []
    for line in map(json.loads, lines(folder / "live.jsonl.gz")):
        messages.append(line["A"] if "A" in line else [line["Type"], line["Json"], line["DateTime"]])
    return messages


def canonical(message):
    """Equal for equal messages: the order of members, 1.0 or 1, and the spelling of a time do not count."""
    topic, payload, at = message
    at = re.sub(r"(\+00:00|Z)$", "", at)
    return topic, json.dumps(plain(payload), sort_keys=True), re.sub(r"\.?0*$", "", at) if "." in at else at


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class Stand:
    """One recording: our server that replays it and the clients that follow."""

    def __init__(self, binary, recordings, name, work, modules, livef1):
        self.name, self.want = name, [canonical(m) for m in recorded(recordings / name)]
        self.work = work / name
        self.work.mkdir()
        self.errors = (self.work / "errors").open("w")
        self.children = []
        self.out = (self.work / "server").open("w")
        self.spawn(self.out, binary, "replay", recordings / name, "--data", self.work / "data", "--store", "none", "--listen", "127.0.0.1:0")
        self.base = self.address()
        clock = self.ask("POST", "/api/v1/clocks", {"session_key": "latest", "paused": True, "speed": SPEED})
        self.clock = clock["id"]
        hub = f"{self.base}/livetiming/at/{self.clock}"
        topics = json.dumps(TOPICS)
        self.files = {}
        env = {**os.environ, "NODE_PATH": str(modules)}
        for client, *command in (
            ("@microsoft/signalr", "node", modules.parent / "core.mjs", hub + "/signalrcore", topics),
            ("signalrcore", sys.executable, HERE / "core.py", hub + "/signalrcore", topics),
            ("legacy signalr-client", "node", HERE / "legacy.cjs", hub + "/signalr", topics),
            ("LiveF1", livef1, HERE / "livef1_record.py", hub + "/signalrcore", topics),
        ):
            self.files[client] = self.work / client.replace("/", "_")
            self.spawn(self.files[client].open("w"), *command, env=env)
        self.files["FastF1"] = self.work / "fastf1"
        self.spawn(self.errors, sys.executable, HERE / "fastf1_record.py", hub + "/signalrcore", self.files["FastF1"], "600")

    def spawn(self, out, *command, env=None):
        child = subprocess.Popen([str(c) for c in command], stdout=out, stderr=self.errors, env=env)
        self.children.append(child)
        return child

    def address(self):
        for _ in range(600):
            found = re.search(r"http://127\.0\.0\.1:\d+", (self.work / "server").read_text())
            if found:
                return found[0]
            time.sleep(0.1)
        sys.exit(f"{self.name}: the server did not start: {(self.work / 'errors').read_text()}")

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def have(self, client):
        """Snapshot and messages of a client; None instead of the snapshot before it came."""
        file = self.files[client]
        snapshot, messages = None, []
        if not file.exists():
            return snapshot, messages
        text = file.read_text()
        for line in text[: text.rfind("\n") + 1].splitlines():
            message = ast.literal_eval(line) if client == "FastF1" else json.loads(line)
            if isinstance(message, dict):
                snapshot = message["snapshot"]
            elif client == "FastF1" and message[2] == "":
                snapshot = (snapshot or {}) | {message[0]: json.loads(message[1])}
            else:
                messages.append(message)
        return snapshot, messages

    def wait(self, ready, what, patience):
        deadline = time.monotonic() + patience
        while not all(ready(client) for client in self.files):
            if any(child.poll() is not None for child in self.children):
                print(f"{self.name}: a client or the server has ended: {(self.work / 'errors').read_text()[-2000:]}", file=sys.stderr)
                return
            if time.monotonic() > deadline:
                print(f"{self.name}: no {what}: {(self.work / 'errors').read_text()[-2000:]}", file=sys.stderr)
                return
            time.sleep(0.5)

    def start(self):
        self.wait(lambda client: self.have(client)[0] is not None, "snapshot of each client", 60)
        self.opened = {client: self.count(client) for client in self.files}
        self.ask("PATCH", "/api/v1/clocks/" + self.clock, {"paused": False})

    def count(self, client):
        file = self.files[client]
        return file.read_bytes().count(b"\n") if file.exists() else 0

    def finish(self):
        self.wait(lambda client: self.count(client) - self.opened[client] >= self.remaining(), "end of the messages", PATIENCE)

    def remaining(self):
        """How many messages come after the start: those of its moment are in the snapshot."""
        first = self.want[0][2]
        return sum(1 for m in self.want if m[2] != first)

    def verdict(self):
        good, whole = True, None
        for client in self.files:
            snapshot, messages = self.have(client)
            got = [canonical(m) for m in messages]
            want = self.want[len(self.want) - self.remaining():]
            equal = sum(a == b for a, b in zip(got, want))
            whole = whole or snapshot
            fine = equal == len(want) == len(got) and snapshot and plain(snapshot) == plain(whole)
            good = good and bool(fine)
            print(f"{self.name}: {client}: {equal} of {len(want)} messages equal, {len(got)} came, snapshot of {len(snapshot or {})} topics")
            for i, (a, b) in enumerate(zip(got, want)):
                if a != b:
                    print(f"  message {i} is {str(a)[:300]}\n  want {str(b)[:300]}")
                    break
        return good

    def close(self):
        for child in self.children:
            child.kill()
            child.wait()


def main(binary, recordings, work, modules, livef1):
    stands, passed = [], 0
    try:
        for name in RECORDINGS:
            stands.append(Stand(binary, pathlib.Path(recordings), name, pathlib.Path(work), pathlib.Path(modules), livef1))
        for each in stands:
            each.start()
        for each in stands:
            each.finish()
            passed += each.verdict()
    finally:
        for each in stands:
            each.close()
    print(f"{passed} passed, {len(RECORDINGS) - passed} failed")
    return 0 if passed == len(RECORDINGS) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
