"""CQL native protocol v4: frames of the DataStax Python driver.

Requests are what its encoder writes. It has no encoder for responses: their header and body are written with the driver's own
primitives (`_write_header`, `write_string`, ...), and its decoder must read the message back from them.
"""

import io

from cassandra import ConsistencyLevel
from cassandra import protocol as cql

from common import C2S, S2C, Case, agree, pypi, second_opinion, write

VERSION = 4
FRAME_HEADER = 9
TSHARK = [
    "cql.version", "cql.protocol_version", "cql.direction", "cql.flags", "cql.flags.compression", "cql.flags.tracing",
    "cql.flags.custom_payload", "cql.flags.warning", "cql.stream", "cql.opcode", "cql.message_length", "cql.string", "cql.error_code",
]


def request(name, message, stream, flags=0):
    data = cql.ProtocolHandler.encode_message(message, stream, VERSION, None, False)
    return Case(name, C2S, data, FRAME_HEADER, {"version": VERSION, "protocol_version": VERSION, "response": False, "flags": flags, "stream": stream, "opcode": message.opcode})


def response(name, message_class, stream, body, flags=0, **known):
    """A response written with the driver's primitives, if its decoder finds a `message_class` with the attributes `known` in it."""
    frame = io.BytesIO()
    cql.ProtocolHandler._write_header(frame, 0x80 | VERSION, flags, stream, message_class.opcode, len(body))
    message = cql.ProtocolHandler.decode_message(VERSION, {}, stream, flags, message_class.opcode, body, None, [])
    assert isinstance(message, message_class), message
    for attribute, value in known.items():
        assert getattr(message, attribute) == value, (name, attribute, getattr(message, attribute))
    fields = {"version": 0x80 | VERSION, "protocol_version": VERSION, "response": True, "flags": flags, "stream": stream, "opcode": message_class.opcode}
    source = f"the primitives of {pypi('cassandra-driver')}, read again by its decoder"
    return Case(name, S2C, frame.getvalue() + body, FRAME_HEADER, fields, source=source)


def written(*parts):
    """The bytes of a body: `(write_function, value)`, ..."""
    body = io.BytesIO()
    for write_part, value in parts:
        write_part(body, value)
    return body.getvalue()


def traced(message, custom_payload=None):
    message.tracing = True
    message.custom_payload = custom_payload
    return message


def main():
    query = cql.QueryMessage("SELECT name FROM shop.orders WHERE id = 42", ConsistencyLevel.QUORUM)
    payload = cql.QueryMessage("SELECT now() FROM system.local", ConsistencyLevel.ONE)
    options = {"CQL_VERSION": ["3.4.5"], "COMPRESSION": ["lz4", "snappy"]}
    no_keyspace = "Keyspace 'shop' does not exist"
    cases = [
        request("options", cql.OptionsMessage(), 0),
        response("supported", cql.SupportedMessage, 0, written((cql.write_stringmultimap, options)), cql_versions=["3.4.5"]),
        request("startup", cql.StartupMessage(cqlversion="3.4.5", options={"DRIVER_NAME": "golden"}), 1),
        response("ready", cql.ReadyMessage, 1, b""),
        request("query", query, 258),
        response("result_void", cql.ResultMessage, 258, written((cql.write_int, 1)), kind=1),
        request("query_traced_with_payload", traced(payload, {"tenant": b"blue"}), 32767, cql.TRACING_FLAG | cql.CUSTOM_PAYLOAD_FLAG),
        response("result_set_keyspace_with_warning", cql.ResultMessage, 32767,
                 written((cql.write_stringlist, ["beware"]), (cql.write_int, 3), (cql.write_string, "shop")),
                 cql.WARNING_FLAG, kind=3, warnings=["beware"]),
        request("prepare", cql.PrepareMessage("SELECT * FROM shop.orders WHERE id = ?"), 3),
        response("error", cql.ErrorMessage, 3, written((cql.write_int, 0x2200), (cql.write_string, no_keyspace)), code=0x2200, message=no_keyspace),
        request("register", cql.RegisterMessage(["STATUS_CHANGE"]), 4),
        response("event", cql.EventMessage, -1,
                 written((cql.write_string, "STATUS_CHANGE"), (cql.write_string, "UP"), (cql.write_inet, ("10.0.0.1", 9042))),
                 event_type="STATUS_CHANGE"),
    ]
    second_opinion(cases, 9042, TSHARK)
    for case in cases:
        case.fields["length"] = int(case.tshark["cql.message_length"])
        agree(case, version="cql.version", protocol_version="cql.protocol_version", flags="cql.flags", stream="cql.stream", opcode="cql.opcode")
    write("cassandra", pypi("cassandra-driver"), cases)


if __name__ == "__main__":
    main()
