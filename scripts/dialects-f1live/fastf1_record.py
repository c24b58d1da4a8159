"""FastF1's own client records a hub into a file: fastf1_record.py URL FILE SECONDS. It ends after so many seconds without
a message. Only the two addresses are ours, which it has built in."""

import sys

from fastf1.livetiming.client import SignalRClient


class Client(SignalRClient):
    _connection_url = sys.argv[1].replace("http", "ws", 1)
    _negotiate_url = sys.argv[1] + "/negotiate"


Client(filename=sys.argv[2], timeout=int(sys.argv[3]), no_auth=True).start()
