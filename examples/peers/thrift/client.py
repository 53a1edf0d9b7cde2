"""Calls `Vault` in every way, and prints what came back as one JSON object.

    client.py PORT TRANSPORT PROTOCOL
"""

import json
import sys
import time
from importlib.metadata import version

from thrift.Thrift import TApplicationException
from thrift.transport.TSocket import TSocket
from vault import Vault
from vault.ttypes import Refused

from wire import protocol as make_protocol

TEXT = "plain, h\u00e9llo, \u84dd\u8272, \U0001f600"


def main():
    port, transport, protocol = sys.argv[1:]
    socket = TSocket("127.0.0.1", int(port))
    socket.setTimeout(20_000)
    proto = make_protocol(socket, transport, protocol)
    proto.trans.open()
    client = Vault.Client(proto)
    large = "0123456789" * 10_240
    seen = {
        "peer": f"thrift {version('thrift')} (Python)",
        "routed": [client.who(), client.whose()],
        "text": client.echo(TEXT) == TEXT,
        "large": client.echo(large) == large,
        "result": client.divide(7, 2),
        "declared": declared(client),
        "no_route": failure(client.lost),
        "no_endpoint": failure(client.down),
        "one_way": one_way(client),
        "pipelined": pipelined(client, 200),
    }
    if transport == "header":
        # Headers of the transport are for one call.
        proto.trans.set_header(b"zone", b"red")
        seen["changed"] = client.header("zone")
    print(json.dumps(seen))
    proto.trans.close()


def declared(client):
    try:
        return client.divide(1, 0)
    except Refused as refused:
        return refused.why


def failure(call):
    try:
        return call()
    except TApplicationException as error:
        return error.type


def one_way(client):
    for text in ("a", "b", "c"):
        client.note(text)
    # Nobody says when they have arrived.
    for _ in range(100):
        if sorted(client.notes()) == ["a", "b", "c"]:
            return True
        time.sleep(0.05)
    return False


def pipelined(client, calls):
    for call in range(calls):
        client.send_echo(str(call))
    return sum(client.recv_echo() == str(call) for call in range(calls))


main()
