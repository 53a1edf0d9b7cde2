"""Calls `demo.Vault` in an old dialect of Dubbo, and prints what came back as one JSON object.

    client.py PORT
"""

import json
import logging
import sys
import time
from importlib.metadata import version

from dubbo.client import DubboClient
from dubbo.codec.hessian2 import DubboRequest

TEXT = "plain, h\u00e9llo, \u84dd\u8272"


class Logged(logging.Handler):
    """The library tells of heartbeats in its log alone."""

    def __init__(self):
        super().__init__()
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


def main():
    (port,) = sys.argv[1:]
    log = Logged()
    logging.getLogger().addHandler(log)
    client = DubboClient("127.0.0.1", int(port))
    client._timeout = 20

    def request(method, *args, attachment=None):
        return {
            "service_name": "demo.Vault",
            "service_version": "1.0",
            "method_name": method,
            "args": list(args),
            "attachment": attachment or {},
        }

    def call(method, *args, attachment=None):
        response = client.send_request_and_return_response(**request(method, *args, attachment=attachment))
        return response.data if response.ok else response.error

    # The library cannot read a text of several chunks, as a longer one is.
    large = ["0123456789" * 2_560] * 4
    seen = {
        "peer": f"dubbo-py {version('dubbo-py')} (Python)",
        "routed": [call("who"), call("whose")],
        "text": call("echo", TEXT) == TEXT,
        "large": call("list", *large) == large,
        "result": call("add", 7, 2),
        "declared": call("fail"),
        "no_route": call("lost"),
        "no_endpoint": call("down"),
        "heartbeat": heartbeat(client, log),
        "changed": call("attachment", "zone", attachment={"zone": "red"}),
        "kept": call("attachment", "tenant", attachment={"zone": "red", "tenant": "\u84dd"}),
        "pipelined": pipelined(client, request, 200),
        "one_way": one_way(client, request, call),
    }
    print(json.dumps(seen))


def heartbeat(client, log):
    client.send_heartbeat_request(4_000_000_000)
    for _ in range(100):
        if "skip heartbeat response message" in log.texts:
            return True
        time.sleep(0.05)
    return False


def pipelined(client, request, calls):
    first = next(client._request_id)
    for _ in range(calls):
        number = next(client._request_id)
        # What the library's own way to send does, without the wait for the answer.
        message = DubboRequest(
            id=number, twoway=True, dubbo_version="2.5.3", **request("echo", str(number))
        )
        client._sock.sendall(message.encode())
    answers = [client._msg_queue.get(True, 20) for _ in range(calls)]
    return sum(answer.ok and answer.data == str(answer.id) and answer.id > first for answer in answers)


def one_way(client, request, call):
    for text in ("a", "b", "c"):
        client.send_request_without_response(**request("note", text))
    # Nobody says when they have arrived.
    for _ in range(100):
        if call("notes") == "a,b,c":
            return True
        time.sleep(0.05)
    return False


main()
