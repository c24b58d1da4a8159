"""LiveF1 follows a hub and prints what it gets, a JSON value a line: the snapshot as {"snapshot": …}, each message as
[topic, payload, time].

    livef1_record.py HUB TOPICS

LiveF1 is told another address. It wants to be signed in; a token that has not ended, in the file that it keeps one in, is
enough for it.
"""

import json
import os
import pathlib
import sys
import tempfile
import time
import urllib.parse

hub, topics = sys.argv[1], json.loads(sys.argv[2])
token = pathlib.Path(tempfile.mkdtemp()) / "token.json"
token.write_text(json.dumps({"token": "none", "expires_at": time.time() + 86400}))
os.environ["LIVEF1_TOKEN_PATH"] = str(token)

from livef1.adapters import realtime_client  # noqa: E402 (reads the environment)
from livef1.adapters.signalrcore import COMPLETION  # noqa: E402


class Recorder(realtime_client.RealF1Client):
    async def _dispatch(self, frame):
        if frame.get("type") == COMPLETION:
            print(json.dumps({"snapshot": frame.get("result") or {}}), flush=True)
        elif frame.get("target") == "feed":
            print(json.dumps(frame["arguments"]), flush=True)
        await super()._dispatch(frame)


at = urllib.parse.urlsplit(hub)
realtime_client.BASE_URL, realtime_client.SIGNALR_ENDPOINT = f"{at.scheme}://{at.netloc}", at.path
Recorder(topics).run()
