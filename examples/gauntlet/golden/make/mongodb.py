"""MongoDB OP_MSG: requests of pymongo and npm mongodb, replies of mockupdb, which also reads the requests again.

No client or server that can be installed here writes the optional checksum. Those messages are pymongo's, with flag 0 set by
pymongo; this script adds four to the length and appends the CRC-32C that google-crc32c finds.
"""

import struct
from unittest import mock

import google_crc32c
import mockupdb
from bson.codec_options import DEFAULT_CODEC_OPTIONS
from pymongo import message

from common import C2S, S2C, Case, agree, node, npm, pypi, second_opinion, write

OP_MSG = 2013
HEADER = 20  # MsgHeader, 16 bytes, and flagBits
CHECKSUM_PRESENT, MORE_TO_COME, EXHAUST_ALLOWED = 1, 1 << 1, 1 << 16
TSHARK = [
    "mongo.message_length", "mongo.request_id", "mongo.response_to", "mongo.opcode", "mongo.msg.flags",
    "mongo.msg.flags.checksumpresent", "mongo.msg.flags.moretocome", "mongo.msg.flags.exhaustallowed",
    "mongo.msg.sections.section.kind", "mongo.msg.sections.section.size", "mongo.msg.sections.section.doc_sequence_id",
]


def pymongo_request(flags, command):
    request_id, data, _, _ = message._op_msg(flags, command, "shop", None, DEFAULT_CODEC_OPTIONS)
    return request_id, bytes(data)


def case(name, direction, request_id, response_to, flags, data, source=None):
    """A message whose flags the other side's reader, mockupdb or pymongo, finds to be these."""
    fields = {"request_id": request_id, "response_to": response_to, "op_code": OP_MSG, "flag_bits": flags}
    if direction == C2S:
        read = mockupdb.OpMsg.unpack(data[16:], None, None, request_id)
        if read.checksum is not None:
            fields["checksum"] = read.checksum
    else:
        read = message._OpMsg.unpack(data[16:])
    assert read.flags == flags, (name, read.flags)
    return Case(name, direction, data, HEADER, fields, source=source)


def with_checksum(data):
    longer = struct.pack("<i", len(data) + 4) + data[4:]
    return longer + struct.pack("<I", google_crc32c.value(longer))


def reply(reply_id, request_id, document, flags=0):
    """mockupdb's reply to a request with this id; the reply's own id, which mockupdb draws by chance, is given too."""
    with mock.patch.object(mockupdb.random, "randint", return_value=reply_id):
        return mockupdb.OpMsgReply(document, flags=flags).reply_bytes(mockupdb.OpMsg({"ping": 1}, request_id=request_id))


def main():
    find_id, find = pymongo_request(0, {"find": "orders", "filter": {"state": "open"}, "limit": 10})
    found = reply(1, find_id, {"cursor": {"id": 0, "ns": "shop.orders", "firstBatch": [{"_id": 1, "state": "open"}]}, "ok": 1})
    orders = [{"_id": 1, "state": "open"}, {"_id": 2, "note": "zwölf"}]
    insert_id, insert = pymongo_request(0, {"insert": "orders", "ordered": True, "documents": list(orders)})
    inserted = reply(2, insert_id, {"n": 2, "ok": 1})
    fire_id, fire = pymongo_request(MORE_TO_COME, {"insert": "log", "writeConcern": {"w": 0}, "documents": [{"_id": 3}]})
    sum_id, summed = pymongo_request(CHECKSUM_PRESENT, {"ping": 1})
    seq_id, sequence = pymongo_request(CHECKSUM_PRESENT | MORE_TO_COME, {"insert": "orders", "documents": list(orders)})
    count, get_more = node("mongodb.js")
    stream = reply(70000, 9, {"cursor": {"id": 42, "ns": "shop.orders", "nextBatch": []}, "ok": 1}, flags=MORE_TO_COME)
    summing = f"{pypi('pymongo')}, checksum by {pypi('google-crc32c')}"
    cases = [
        case("find", C2S, find_id, 0, 0, find),
        case("find_reply", S2C, 1, find_id, 0, found, pypi("mockupdb")),
        case("insert_document_sequence", C2S, insert_id, 0, 0, insert),
        case("insert_reply", S2C, 2, insert_id, 0, inserted, pypi("mockupdb")),
        case("insert_more_to_come", C2S, fire_id, 0, MORE_TO_COME, fire),
        case("ping_checksum", C2S, sum_id, 0, CHECKSUM_PRESENT, with_checksum(summed), summing),
        case("insert_sequence_checksum_more_to_come", C2S, seq_id, 0, CHECKSUM_PRESENT | MORE_TO_COME, with_checksum(sequence), summing),
        case("count_largest_request_id", C2S, count["request_id"], 0, 0, bytes.fromhex(count["hex"]), npm("mongodb")),
        case("get_more_exhaust_allowed", C2S, get_more["request_id"], 0, EXHAUST_ALLOWED, bytes.fromhex(get_more["hex"]), npm("mongodb")),
        case("get_more_reply_more_to_come", S2C, 70000, 9, MORE_TO_COME, stream, pypi("mockupdb")),
    ]
    second_opinion(cases, 27017, TSHARK, "-d", "tcp.port==27017,mongo")
    for one in cases:
        one.fields = {"message_length": int(one.tshark["mongo.message_length"]), **one.fields}
        agree(one, request_id="mongo.request_id", response_to="mongo.response_to", op_code="mongo.opcode", flag_bits="mongo.msg.flags")
        if "checksum" in one.fields:
            assert google_crc32c.value(one.data[:-4]) == one.fields["checksum"]
            del one.tshark["mongo.msg.sections.section.kind"]  # tshark takes the checksum for one more section
    write("mongodb", pypi("pymongo"), cases)


if __name__ == "__main__":
    main()
