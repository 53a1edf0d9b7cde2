"""Thrift: framed strict binary and THeader messages written by Apache Thrift's Python library.

The framed ones are read again by thriftpy2 and by tshark. tshark cannot dissect THeader: there the writer's own attributes are
the facts, and Apache Thrift's reader must find the same. With a folder of recordings as argument, recorded messages of its C++
and Go libraries come beside them.
"""

import sys
import zlib
from pathlib import Path

from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.protocol.TCompactProtocol import TCompactProtocol
from thrift.Thrift import TApplicationException, TMessageType, TType
from thrift.transport.THeaderTransport import THeaderClientType, THeaderSubprotocolID, THeaderTransformID, THeaderTransport
from thrift.transport.TTransport import TFramedTransport, TMemoryBuffer
from thriftpy2.protocol.binary import TBinaryProtocol as OtherBinary
from thriftpy2.transport import TMemoryBuffer as OtherBuffer
from thriftpy2.transport.framed import TFramedTransport as OtherFramed

import recordings
from common import C2S, S2C, Case, agree, pypi, second_opinion, write

TSHARK = ["thrift.frame_len", "thrift.version", "thrift.mtype", "thrift.str_len", "thrift.method", "thrift.seq_id"]
FIXED_THEADER = 14  # up to and with the number of header words


def greeting(protocol):
    """A struct with one string, `1: "hello"`."""
    protocol.writeStructBegin("args")
    protocol.writeFieldBegin("text", TType.STRING, 1)
    protocol.writeString("hello")
    protocol.writeFieldEnd()
    protocol.writeFieldStop()
    protocol.writeStructEnd()


def nothing(protocol):
    protocol.writeStructBegin("args")
    protocol.writeFieldStop()
    protocol.writeStructEnd()


def unknown_method(protocol):
    TApplicationException(TApplicationException.UNKNOWN_METHOD, "Unknown method nope").write(protocol)


def message(protocol, name, kind, seqid, body):
    protocol.writeMessageBegin(name, kind, seqid)
    body(protocol)
    protocol.writeMessageEnd()


def written(make_protocol, content):
    """The bytes that `content` writes by a protocol, without a transport around them."""
    buffer = TMemoryBuffer()
    content(make_protocol(buffer))
    return buffer.getvalue()


# case, direction, method, message type, sequence id, body
MESSAGES = [
    ("call", C2S, "ping", TMessageType.CALL, 1, greeting),
    ("call_no_arguments", C2S, "getAll", TMessageType.CALL, 0, nothing),
    ("call_largest_sequence_id", C2S, "ping", TMessageType.CALL, 2147483647, greeting),
    ("call_negative_sequence_id", C2S, "ping", TMessageType.CALL, -2, greeting),
    ("call_multiplexed_long_name", C2S, "Inventory:" + "find" * 60, TMessageType.CALL, 258, greeting),
    ("call_not_ascii_name", C2S, "größe", TMessageType.CALL, 4, nothing),
    ("oneway", C2S, "notify", TMessageType.ONEWAY, 5, greeting),
    ("reply", S2C, "ping", TMessageType.REPLY, 1, greeting),
    ("exception", S2C, "nope", TMessageType.EXCEPTION, 6, unknown_method),
]


def framed(name, direction, method, kind, seqid, body):
    out = TMemoryBuffer()
    transport = TFramedTransport(out)
    message(TBinaryProtocol(transport, strictWrite=True), method, kind, seqid, body)
    transport.flush()
    data = out.getvalue()
    seen = OtherBinary(OtherFramed(OtherBuffer(data)), strict_read=True).read_message_begin()
    assert seen == (method, kind, seqid), (name, seen)
    fields = {"version": 0x8001, "message_type": kind, "name_length": len(method.encode()), "name": method, "sequence_id": seqid}
    return Case(name, direction, data, len(data) - len(written(TBinaryProtocol, body)), fields)


# case, direction, protocol, transforms, flags, sequence id, info headers
THEADERS = [
    ("binary_plain", C2S, THeaderSubprotocolID.BINARY, [], 0, 1, {}),
    ("binary_info", C2S, THeaderSubprotocolID.BINARY, [], 0, 2, {"tenant": "blue", "trace-id": "t-17"}),
    ("binary_info_empty_and_utf8", C2S, THeaderSubprotocolID.BINARY, [], 0, 2147483647, {"empty": "", "größe": "zwölf"}),
    ("binary_info_long_value", C2S, THeaderSubprotocolID.BINARY, [], 1, 3, {"token": "x" * 200}),
    ("binary_zlib", C2S, THeaderSubprotocolID.BINARY, [THeaderTransformID.ZLIB], 0, 4, {}),
    ("compact_info", C2S, THeaderSubprotocolID.COMPACT, [], 0, -5, {"tenant": "green"}),
    ("compact_zlib_info", S2C, THeaderSubprotocolID.COMPACT, [THeaderTransformID.ZLIB], 0x8000, 6, {"served-by": "three"}),
    ("binary_reply_plain", S2C, THeaderSubprotocolID.BINARY, [], 0, 1, {}),
]
PROTOCOLS = {THeaderSubprotocolID.BINARY: TBinaryProtocol, THeaderSubprotocolID.COMPACT: TCompactProtocol}


def theader(name, direction, protocol_id, transforms, flags, seqid, info):
    kind = TMessageType.CALL if direction == C2S else TMessageType.REPLY

    def content(protocol):
        message(protocol, "ping", kind, 9, greeting)

    payload = written(PROTOCOLS[protocol_id], content)
    out = TMemoryBuffer()
    transport = THeaderTransport(out, [THeaderClientType.HEADERS], protocol_id)
    transport.flags, transport.sequence_id = flags, seqid
    for transform in transforms:
        transport.add_transform(transform)
        payload = zlib.compress(payload)
    for key, value in info.items():
        transport.set_header(key.encode(), value.encode())
    content(PROTOCOLS[protocol_id](transport))
    transport.flush()
    data = out.getvalue()
    assert data.endswith(payload), name
    header_size = len(data) - len(payload)
    read_again(data, protocol_id, flags, seqid, info)
    fields = {
        "length": len(data) - 4,
        "header_magic": 0x0FFF,
        "flags": flags,
        "sequence_number": seqid,
        "header_words": (header_size - FIXED_THEADER) // 4,
        "protocol_id": int(protocol_id),
        "transforms": [int(transform) for transform in transforms],
        "info": info,
        "payload_length": len(payload),
    }
    return Case(name, direction, data, header_size, fields)


def read_again(data, protocol_id, flags, seqid, info):
    transport = THeaderTransport(TMemoryBuffer(data), [THeaderClientType.HEADERS])
    transport.readFrame(0)
    assert (transport.protocol_id, transport.flags, transport.sequence_id) == (protocol_id, flags, seqid)
    assert transport.get_headers() == {key.encode(): value.encode() for key, value in info.items()}
    protocol = PROTOCOLS[protocol_id](transport)
    assert protocol.readMessageBegin()[0] == "ping"


# case, recording, direction
RECORDED = [
    ("binary_info_of_cpp", "header-binary-basic-cpp-py", C2S),
    ("binary_plain_reply_of_cpp", "header-binary-basic-py-cpp", S2C),
    ("compact_info_of_go", "header-compact-basic-go-cpp", C2S),
    ("binary_reply_of_cpp_to_go", "header-compact-basic-go-cpp", S2C),
]


def recorded(folder, name, recording, direction):
    data, message, meta = recordings.pick(folder / recording, direction)
    header = message["theader"]
    fields = {
        "length": len(data) - 4,
        "header_magic": 0x0FFF,
        "flags": header["flags"],
        "sequence_number": header["header_seq"],
        "header_words": header["header_words"],
        "protocol_id": header["protocol_id"],
        "transforms": header["transforms"],
        "info": header["info_headers"],
        "payload_length": len(data) - header["payload_offset"],
    }
    source = recordings.sender(meta, direction)
    return Case(name, direction, data, header["payload_offset"], fields, source=source)


def main():
    cases = [framed(*one) for one in MESSAGES]
    second_opinion(cases, 9090, TSHARK, "-d", "tcp.port==9090,thrift")
    for case in cases:
        case.fields = {"frame_length": int(case.tshark["thrift.frame_len"]), **case.fields}
        case.tshark["thrift.str_len"] = case.tshark["thrift.str_len"].split(",")[0]  # the rest are strings of the body
        agree(case, message_type="thrift.mtype", name_length="thrift.str_len", sequence_id="thrift.seq_id")
    write("thrift", f"{pypi('thrift')}; read again by {pypi('thriftpy2')}", cases)
    more = [recorded(Path(sys.argv[1], "thrift"), *one) for one in RECORDED] if len(sys.argv) > 1 else []
    write("theader", pypi("thrift"), [theader(*one) for one in THEADERS] + more)


if __name__ == "__main__":
    main()
