"""SOFA Bolt v1: commands of npm sofa-bolt-node. What its encoder was given is what facts.json says."""

import json

from common import C2S, S2C, Case, node, npm, write

REQUEST, RESPONSE = "com.alipay.sofa.rpc.core.request.SofaRequest", "com.alipay.sofa.rpc.core.response.SofaResponse"
FIXED = {C2S: 22, S2C: 20}
CODECS = {"hessian2": 1, "protobuf": 11}
# sofa-bolt-node's tables: kind -> (type, cmdcode).
TYPES = {"request": (1, 1), "oneway": (2, 1), "response": (0, 2), "heartbeat": (1, 0), "heartbeat_ack": (0, 0)}
VER2 = 1  # "version for remoting command", the same in every v1 command


def command(kind, request_id, codec, class_name="", header=None, content="", **rest):
    return {"kind": kind, "id": request_id, "codec": codec, "className": class_name, "header": header or {}, "content": content, **rest}


COMMANDS = {
    "request": command("request", 1, "hessian2", REQUEST, {"service": "shop.Orders:1.0"}, "4f0102", timeout=3000),
    "request_protobuf_many_headers": command(
        "request", 2147483647, "protobuf", REQUEST,
        {"service": "shop.Orders:1.0", "sofa_head_method_name": "find", "tenant": "größe", "empty": ""}, "0a0568656c6c6f", timeout=1),
    "request_no_header_no_content": command("request", 2, "hessian2", REQUEST, timeout=0),
    "request_largest_timeout": command("request", 3, "hessian2", "c", {}, "00", timeout=2147483647),
    "oneway": command("request", 4, "hessian2", REQUEST, {"service": "shop.Log:1.0"}, "4e", timeout=100, oneway=True),
    "response": command("response", 1, "hessian2", RESPONSE, {}, "4f03", responseStatus=0),
    "response_protobuf_header": command("response", 2147483647, "protobuf", RESPONSE, {"sofa_head_response_error": "false"}, "08011000", responseStatus=0),
    "response_no_processor": command("response", 2, "hessian2", RESPONSE, {}, "4e", responseStatus=6),
    "response_connection_closed": command("response", 3, "hessian2", "c", responseStatus=16),
    "heartbeat": command("heartbeat", 5, "hessian2", timeout=3000),
    "heartbeat_ack": command("heartbeat_ack", 5, "hessian2", responseStatus=0),
}


def map_length(header):
    """A pair is two texts, each after its length in four bytes."""
    return sum(8 + len(key.encode()) + len(value.encode()) for key, value in header.items())


def case(name, given, data):
    kind = "oneway" if given.get("oneway") else given["kind"]
    direction = S2C if kind in ("response", "heartbeat_ack") else C2S
    command_type, code = TYPES[kind]
    fields = {"proto": 1, "type": command_type, "cmdcode": code, "ver2": VER2, "request_id": given["id"], "codec": CODECS[given["codec"]]}
    if direction == C2S:
        fields["timeout"] = given["timeout"]
    else:
        fields["respstatus"] = given["responseStatus"]
    class_length, header_length, content_length = len(given["className"].encode()), map_length(given["header"]), len(given["content"]) // 2
    fields |= {"class_len": class_length, "header_len": header_length, "content_len": content_length}
    fields |= {"class_name": given["className"], "header": given["header"], "content": "0x" + given["content"]}
    fixed = FIXED[direction]
    header_size = fixed + class_length + header_length
    assert len(data) == header_size + content_length, (name, len(data), header_size, content_length)
    return Case(name, direction, data, header_size, fields, fixed_size=fixed)


def main():
    written = node("bolt.js", json.dumps(list(COMMANDS.values())))
    cases = [case(name, given, bytes.fromhex(data)) for (name, given), data in zip(COMMANDS.items(), written)]
    write("bolt", npm("sofa-bolt-node"), cases)


if __name__ == "__main__":
    main()
