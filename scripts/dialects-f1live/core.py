"""The Python package signalrcore follows a hub: core.py URL TOPICS. Its output is that of core.mjs."""

import json
import logging
import sys
import threading

from signalrcore.hub_connection_builder import HubConnectionBuilder

url, topics = sys.argv[1], json.loads(sys.argv[2])
opened, closed = threading.Event(), threading.Event()


def tell(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


connection = HubConnectionBuilder().with_url(url.replace("http", "ws", 1)).configure_logging(logging.ERROR).build()
connection.on_open(opened.set)
connection.on_close(closed.set)
connection.on("feed", tell)
connection.start()
if not opened.wait(20):
    sys.exit("not connected")
connection.send("Subscribe", [topics], on_invocation=lambda answer: tell({"snapshot": answer.result}))
closed.wait()
