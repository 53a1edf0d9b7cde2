"""A server of `Vault`: prints `listening PORT PEER`, and ends with its stdin.

    server.py NAME TRANSPORT PROTOCOL
"""

import os
import sys
import threading
from importlib.metadata import version

from thrift.server.TServer import TThreadedServer
from thrift.transport.TSocket import TServerSocket
from vault import Vault
from vault.ttypes import Refused

from wire import server_factories


class Handler:
    def __init__(self, name):
        self.name = name
        self.texts = []
        self.call = threading.local()

    def who(self):
        return self.name

    whose = lost = down = who

    def echo(self, text):
        return text

    def divide(self, a, b):
        if b == 0:
            raise Refused("no division by zero")
        return a // b

    def note(self, text):
        self.texts.append(text)

    def notes(self):
        return self.texts

    def header(self, name):
        headers = getattr(self.call.transport, "get_headers", dict)()
        return headers.get(name.encode(), b"").decode()


class Processor(Vault.Processor):
    """Keeps the transport of the present call at hand."""

    def process(self, iprot, oprot):
        self._handler.call.transport = iprot.trans
        return super().process(iprot, oprot)


def main():
    name, transport, protocol = sys.argv[1:]
    socket = TServerSocket("127.0.0.1", 0)
    socket.listen()
    port = socket.handle.getsockname()[1]
    # The socket is open already.
    socket.listen = lambda: None
    server = TThreadedServer(
        Processor(Handler(name)), socket, *server_factories(transport, protocol), daemon=True
    )
    threading.Thread(target=server.serve, daemon=True).start()
    print("listening", port, "thrift", version("thrift"), "(Python)", flush=True)
    sys.stdin.read()
    os._exit(0)


main()
