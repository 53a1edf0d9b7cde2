"""memcached's binary protocol: python-binary-memcached talks to memcached through a tap; npm memjs reads the same packets."""

import bmemcached

from common import C2S, S2C, Case, Tap, agree, node, npm, pypi, second_opinion, write
from debian import debian, free_port, server

HEADER = 24
TSHARK = [
    "memcache.magic", "memcache.opcode", "memcache.key.length", "memcache.extras.length", "memcache.data_type", "memcache.status",
    "memcache.total_body_length", "memcache.value.length", "memcache.opaque", "memcache.cas", "memcache.extras.flags",
    "memcache.extras.expiration", "memcache.key", "memcache.value",
]


def talk(port):
    tap = Tap(port)
    client = bmemcached.Client([f"127.0.0.1:{tap.port}"])
    assert client.set("user:17", "ada", time=3600)
    assert client.get("user:17") == "ada"
    _, cas = client.gets("user:17")
    assert client.cas("user:17", "grace", cas, time=0)
    assert client.get("nobody") is None
    assert client.incr("hits", 5, default=40) == 40
    assert client.delete("user:17")
    assert client.flush_all()
    client.disconnect_all()
    return tap.stop()


# What the talk asks for, in order; None is a `gets`, whose bytes are those of the `get` before it.
NAMES = ["set", "get", None, "cas", "get_missing", "increment", "delete", "flush"]


def case(name, direction, data, seen, source=None):
    third = "vbucket_id" if direction == C2S else "status"
    fields = {
        "magic": seen["magic"],
        "opcode": seen["opcode"],
        "key_length": seen["keyLength"],
        "extras_length": seen["extrasLength"],
        "data_type": seen["dataType"],
        third: seen["status"],
        "total_body_length": seen["totalBodyLength"],
        "opaque": seen["opaque"],
        "cas": int(seen["cas"], 16),
        "extras": "0x" + seen["extras"],
        "key": bytes.fromhex(seen["key"]).decode(),
        "value": "0x" + seen["value"],
    }
    return Case(name, direction, data, HEADER, fields, source=source)


def main():
    port = free_port()
    with server("usr/bin/memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(port), "-U", "0", port=port):
        messages = talk(port)
    assert [direction for direction, _ in messages] == [C2S, S2C] * len(NAMES), messages
    seen = node("memjs.js", "parse", *(data.hex() for _, data in messages))
    cases = []
    for number, ((direction, data), read) in enumerate(zip(messages, seen)):
        name = NAMES[number // 2]
        if name:
            cases.append(case(name + ("_request" if direction == C2S else "_response"), direction, data, read))
    for name, data in node("memjs.js", "write").items():
        (read,) = node("memjs.js", "parse", data)
        cases.append(case(f"{name}_request", C2S, bytes.fromhex(data), read, npm("memjs")))
    second_opinion(cases, 11211, TSHARK)
    for one in cases:
        agree(one, magic="memcache.magic", opcode="memcache.opcode", key_length="memcache.key.length",
              extras_length="memcache.extras.length", data_type="memcache.data_type", total_body_length="memcache.total_body_length",
              opaque="memcache.opaque", cas="memcache.cas")
    write("memcached", f"{pypi('python-binary-memcached')} and {debian('memcached')}; fields as {npm('memjs')} parsed them", cases)


if __name__ == "__main__":
    main()
