"""The real server for the tests: one simulated race is stored, another one replayed."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STORED = "azerbaijan_simulation_2026_race"
_START_S = 120.0


class Stand:
    """Starts the server and ends it; url is its address."""

    def __enter__(self) -> Stand:
        binary = os.environ.get("PITWALL_BIN", str(ROOT / "bin/pitwall"))
        self._folder = tempfile.mkdtemp(prefix="pitwall-client-")
        command = [str(ROOT / "scripts/stand.sh"), binary, self._folder]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            self.url = self._address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _address(self) -> str:
        said, deadline, out = b"", time.monotonic() + _START_S, self._process.stdout
        assert out is not None
        while not (found := re.search(rb"http://127\.0\.0\.1:\d+(?=\s)", said)):
            ready, _, _ = select.select([out], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(out.fileno(), 4096) if ready else b""
            if not chunk:
                raise RuntimeError(f"the server did not start: {said!r}, exit code {self._process.poll()}")
            said += chunk
        return found.group().decode()

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        if self._process.stdout:
            self._process.stdout.close()
        shutil.rmtree(self._folder)
