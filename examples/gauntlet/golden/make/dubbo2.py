"""Dubbo 2.x: packets of npm dubbo-remoting and, with a folder of recordings as argument, of Apache Dubbo for Java and others.

The facts of the former are what its encoder was given, those of the latter what an independent reader found (meta.json).
"""

import sys
from pathlib import Path

import recordings
from common import C2S, S2C, Case, node, npm, write

HEADER = 16
MAGIC = 0xDABB

# case, recording, direction, what meta.json says
RECORDED = [
    ("request", "basic-java-java", C2S, {"type": "call"}),
    ("response", "basic-java-java", S2C, {"type": "reply"}),
    ("request_oneway", "oneway-java-java", C2S, {"type": "oneway"}),
    ("request_heartbeat_java", "heartbeat-java-java", C2S, {"type": "heartbeat_request"}),
    ("response_heartbeat_java", "heartbeat-java-java", S2C, {"type": "heartbeat_response"}),
    ("response_null", "null-java-java", S2C, {"type": "reply"}),
    ("response_bad_request", "basic-py-java", S2C, {"status": 40}),
    ("response_client_error", "exception-py-py", S2C, {"status": 90}),
    ("request_heartbeat_not_two_way", "heartbeat-py-java", C2S, {"type": "heartbeat_request", "two_way": False}),
]

# What dubbo.js asks for: request id, is it a request, two-way, an event, and the status of a response.
WRITTEN = {
    "request_largest_id": (9007199254740991, True, True, False, None),
    "request_oneway_node": (7, True, False, False, None),
    "request_heartbeat": (8, True, True, True, None),
    "response_value": (9, False, False, False, 20),
    "response_heartbeat": (8, False, False, True, 20),
    "response_service_not_found": (10, False, False, False, 60),
    "response_thread_pool_exhausted": (11, False, False, False, 100),
}


def fixed_fields(request_id, request, two_way, event, serialization_id, status, body_length):
    fields = {"magic": MAGIC, "request": request, "two_way": two_way, "event": event, "serialization_id": serialization_id}
    if status is not None:
        fields["status"] = status
    return fields | {"request_id": request_id, "body_length": body_length}


def recorded(folder, name, case, direction, wanted):
    data, message, meta = recordings.pick(folder / case, direction, **wanted)
    fields = fixed_fields(*(message.get(key) for key in ("request_id", "is_request", "two_way", "event", "serialization_id", "status", "body_length")))
    for theirs, ours in [("flag", "flag"), ("dubbo_version", "dubbo_version"), ("service", "path"), ("service_version", "service_version"),
                         ("method", "method"), ("parameter_types", "parameter_types")]:
        if theirs in message:
            fields[ours] = message[theirs]
    return Case(name, direction, data, HEADER, fields, source="recorded: " + recordings.sender(meta, direction))


def main():
    folder = Path(sys.argv[1], "dubbo") if len(sys.argv) > 1 else None
    cases = [recorded(folder, *one) for one in RECORDED] if folder else []
    for name, data in node("dubbo.js").items():
        data = bytes.fromhex(data)
        request_id, request, two_way, event, status = WRITTEN[name]
        fields = fixed_fields(request_id, request, two_way, event, 2, status, len(data) - HEADER)
        cases.append(Case(name, C2S if request else S2C, data, HEADER, fields))
    write("dubbo", npm("dubbo-remoting"), cases)


if __name__ == "__main__":
    main()
