"""awesomeRPC, brpc and tRPC: single messages out of recorded conversations; the facts are those of their meta.json.

Takes the folder of recordings, `<protocol>/<case>/{c2s.bin,s2c.bin,meta.json}`. Without it only awesomeRPC is made, whose
recordings are in examples/awesomerpc/tests/vectors.
"""

import sys
from pathlib import Path

import recordings
from common import C2S, GOLDEN, S2C, Case, write

AWESOMERPC = GOLDEN.parents[1] / "awesomerpc" / "tests" / "vectors"


def awesomerpc():
    # case, recording, direction, number
    picks = [
        ("request", "basic", C2S, 0),
        ("response", "basic", S2C, 0),
        ("request_empty_body", "empty-body", C2S, 0),
        ("response_no_route", "errors", S2C, 0),
        ("response_negative_code", "errors", S2C, 1),
        ("request_zero_id_negative_cmd", "extremes", C2S, 0),
        ("request_largest_id_negative_version", "extremes", C2S, 1),
        ("request_least_cmd", "extremes", C2S, 2),
        ("request_second_of_a_pipeline", "pipelined", C2S, 1),
    ]
    cases = []
    for name, folder, direction, number in picks:
        data, message, _ = recordings.pick(AWESOMERPC / folder, direction, number)
        fields = {
            "version": message["version"],
            "pack_flow": message["request_id"],
            "pack_len": message["length"],
            "req_cmd": message["cmd"],
            "rsp_code": message["rsp_code"],
        }
        cases.append(Case(name, direction, data, 13, fields))
    write("awesomerpc", "Python's struct module: no client or server of awesomeRPC is published", cases)


def brpc(folder):
    picks = [
        ("request", "basic-cpp-cpp", C2S, {"type": "call"}),
        ("response", "basic-cpp-cpp", S2C, {"type": "reply"}),
        ("request_attachment", "attachment-cpp-cpp", C2S, {"type": "call"}),
        ("response_attachment", "attachment-cpp-cpp", S2C, {"type": "reply"}),
        ("request_user_fields", "fields-cpp-cpp", C2S, {"type": "call"}),
        ("response_user_fields", "fields-cpp-cpp", S2C, {"type": "reply"}),
        ("response_error", "error-cpp-cpp", S2C, {"type": "error_reply"}),
        ("stream_data", "stream-cpp-cpp", C2S, {"type": "stream_data"}),
        ("stream_feedback", "stream-cpp-cpp", S2C, {"type": "stream_feedback"}),
        ("stream_close", "stream-cpp-cpp", C2S, {"type": "stream_close"}),
    ]
    cases = []
    for name, case, direction, wanted in picks:
        data, message, meta = recordings.pick(folder / case, direction, **wanted)
        fields = {
            "magic": message["magic"],
            "body_size": message["body_size"],
            "meta_size": message["meta_size"],
            "payload_size": message["payload_size"],
            "attachment_size": message.get("attachment_size", 0),
        }
        if message.get("request_id") is not None:
            fields["correlation_id"] = message["request_id"]
        for theirs, ours in [("service", "service_name"), ("method", "method_name"), ("error_code", "error_code"), ("stream_id", "stream_id")]:
            if message.get(theirs) is not None:
                fields[ours] = message[theirs]
        cases.append(Case(name, direction, data, 12, fields))
    write("brpc", f"recorded: {recordings.sender(meta, C2S)}, client and server", cases)


FRAME_TYPES = {"unary": 0, "stream": 1}
STREAM_FRAME_TYPES = {"unary": 0, "init": 1, "data": 2, "feedback": 3, "close": 4}


def trpc(folder):
    picks = [
        ("request", "basic-go-go", C2S, {"type": "call"}),
        ("response", "basic-go-go", S2C, {"type": "reply"}),
        ("request_oneway", "oneway-go-go", C2S, {"type": "oneway"}),
        ("request_attachment", "attachment-go-go", C2S, {"type": "call"}),
        ("response_error", "error-go-go", S2C, {"type": "error_reply"}),
        ("stream_init", "bidistream-go-go", C2S, {"type": "stream_init"}),
        ("stream_init_response", "bidistream-go-go", S2C, {"type": "stream_init"}),
        ("stream_data", "bidistream-go-go", C2S, {"type": "stream_data"}),
        ("stream_close_empty", "bidistream-go-go", C2S, {"type": "stream_close"}),
        ("stream_close", "bidistream-go-go", S2C, {"type": "stream_close"}),
    ]
    cases = []
    for name, case, direction, wanted in picks:
        data, message, meta = recordings.pick(folder / case, direction, **wanted)
        fields = {
            "magic": 0x0930,
            "frame_type": FRAME_TYPES[message["frame_type"]],
            "stream_frame_type": STREAM_FRAME_TYPES[message["stream_frame_type"]],
            "total_size": message["length"],
            "header_size": message["pb_header_length"],
            "stream_id": message["stream_id"],
            "protocol_version": message["protocol_version"],
            "reserved": message["reserved"],
        }
        if message.get("request_id") is not None:
            fields["request_id"] = message["request_id"]
        for theirs, ours in [("method", "func"), ("func_ret", "func_ret"), ("attachment_size", "attachment_size")]:
            if message.get(theirs) is not None:
                fields[ours] = message[theirs]
        cases.append(Case(name, direction, data, 16, fields))
    write("trpc", f"recorded: {recordings.sender(meta, C2S)}, client and server", cases)


def main():
    awesomerpc()
    if len(sys.argv) > 1:
        brpc(Path(sys.argv[1], "brpc"))
        trpc(Path(sys.argv[1], "trpc"))


if __name__ == "__main__":
    main()
