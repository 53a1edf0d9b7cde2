"""Reads recorded conversations: folders with `c2s.bin`, `s2c.bin` and `meta.json`, as in examples/awesomerpc/tests/vectors.

`messages` in meta.json says direction, offset and length of each message, and what an independent reader found in it.
"""

import json

from common import C2S, S2C


def read(folder):
    """The messages of one conversation, [(direction, bytes, what meta.json says)], and its meta.json."""
    meta = json.loads((folder / "meta.json").read_text())
    streams = {side: (folder / f"{side}.bin").read_bytes() for side in (C2S, S2C)}
    found = []
    for message in meta["messages"]:
        start = message["offset"]
        found.append((message["direction"], streams[message["direction"]][start : start + message["length"]], message))
    return found, meta


def pick(folder, direction, number=0, **wanted):
    """The number-th message from one side that has these values in meta.json: (bytes, what meta.json says, its meta.json)."""
    messages, meta = read(folder)
    fitting = [
        (data, message)
        for side, data, message in messages
        if side == direction and all(message.get(key) == value for key, value in wanted.items())
    ]
    return *fitting[number], meta


def sender(meta, direction):
    """The implementation that sent what goes in this direction, with its version."""
    return meta["produced_by"]["client" if direction == C2S else "server"].split(" (")[0]
