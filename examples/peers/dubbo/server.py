"""A server of an old dialect of Dubbo: prints `listening PORT PEER`, and ends with its stdin.

    server.py NAME
"""

import os
import sys
import threading
from importlib.metadata import version

# The public class listens on every interface, and asks for an address outside; what it is made of does neither.
from dubbo.server import _DubboServer, _get_dubbo_request_handler


def fail():
    raise ValueError("it was asked to")


def main():
    (name,) = sys.argv[1:]
    notes = []
    vault = {
        "who": lambda: name,
        "whose": lambda: name,
        "echo": lambda text: text,
        "list": lambda *texts: list(texts),
        "add": lambda a, b: a + b,
        "fail": fail,
        "note": notes.append,
        # A service is not shown what is attached to its calls.
        "attachment": lambda key: "",
        "notes": lambda: ",".join(sorted(notes)),
    }
    server = _DubboServer(("127.0.0.1", 0), _get_dubbo_request_handler({"demo.Vault": vault}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    peer = f"dubbo-py {version('dubbo-py')} (Python)"
    print("listening", server.server_address[1], peer, flush=True)
    sys.stdin.read()
    os._exit(0)


main()
