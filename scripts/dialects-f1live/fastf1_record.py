"""FastF1's own client records a hub into a file: fastf1_record.py URL FILE SECONDS. It ends after so many seconds without
a message. Only what it has built in is ours: the two addresses, and the token of an account at the official service. Without a
token it can not be used: its no_auth hands signalrcore 1.0.2 a None that this refuses."""

import sys

from fastf1.livetiming.client import SignalRClient


class Client(SignalRClient):
    _connection_url = sys.argv[1].replace("http", "ws", 1)
    _negotiate_url = sys.argv[1] + "/negotiate"

    def _access_token_factory(self):
        return lambda: "of-nobody"


Client(filename=sys.argv[2], timeout=int(sys.argv[3])).start()
