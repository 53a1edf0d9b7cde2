"""WebSocket frames, RFC 6455: written by websockets (PyPI) and ws (npm), read again by wsproto (PyPI) and tshark."""

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.server import ServerProtocol
from websockets.uri import parse_uri
from wsproto.frame_protocol import FrameDecoder, RsvBits

from common import C2S, S2C, Case, agree, hexed, node, npm, pypi, second_opinion, write

TSHARK = [
    "websocket.fin", "websocket.rsv", "websocket.opcode", "websocket.mask", "websocket.payload_length",
    "websocket.payload_length_ext_16", "websocket.payload_length_ext_64", "websocket.masking_key", "websocket.payload.close.status_code",
]

# name, direction, frame
FRAMES = [
    ("text_masked", C2S, Frame(Opcode.TEXT, "grüße".encode())),
    ("text_unmasked", S2C, Frame(Opcode.TEXT, b"hello")),
    ("text_empty_unmasked", S2C, Frame(Opcode.TEXT, b"")),
    ("text_empty_masked", C2S, Frame(Opcode.TEXT, b"")),
    ("binary_125_unmasked", S2C, Frame(Opcode.BINARY, bytes(range(125)))),
    ("binary_126_unmasked", S2C, Frame(Opcode.BINARY, bytes(range(126)))),
    ("binary_300_masked", C2S, Frame(Opcode.BINARY, b"m" * 300)),
    ("binary_65536_unmasked", S2C, Frame(Opcode.BINARY, b"\0" * 65536)),
    ("ping_masked", C2S, Frame(Opcode.PING, b"are you there")),
    ("ping_empty_unmasked", S2C, Frame(Opcode.PING, b"")),
    ("pong_masked", C2S, Frame(Opcode.PONG, b"")),
    ("pong_unmasked", S2C, Frame(Opcode.PONG, b"are you there")),
    ("close_masked", C2S, Frame(Opcode.CLOSE, Close(1000, "done").serialize())),
    ("close_unmasked", S2C, Frame(Opcode.CLOSE, Close(1011, "").serialize())),
    ("close_empty_unmasked", S2C, Frame(Opcode.CLOSE, b"")),
]
# The frames of ws, and what its options say: FIN, RSV1, opcode.
OF_WS = {
    "text_masked_ws": (True, False, 1),
    "binary_compressed_bit_unmasked": (True, True, 2),
    "fragment_first_unmasked": (False, False, 1),
    "fragment_last_unmasked": (True, False, 0),
}
PAYLOAD_SHOWN = 300


class AnyBits:
    """A stand-in for an extension that lets the decoder accept RSV1."""

    def enabled(self):
        return True

    def frame_inbound_header(self, *_):
        return RsvBits(True, True, True)

    def frame_inbound_payload_data(self, _, data):
        return data

    def frame_inbound_complete(self, *_):
        return None


def payload_of(direction, data):
    """The unmasked payload of one frame, as wsproto decodes it, with the opcode and FIN that it sees."""
    decoder = FrameDecoder(client=direction == S2C, extensions=[AnyBits()])
    decoder.receive_bytes(data)
    frame = decoder.process_buffer()
    return bytes(frame.payload), int(frame.opcode), frame.frame_finished and frame.message_finished


def case(name, direction, data, fin, rsv1, opcode, source=None):
    payload, seen_opcode, seen_fin = payload_of(direction, data)
    assert seen_opcode == opcode and seen_fin == fin, (name, seen_opcode, seen_fin)
    fields = {
        "fin": fin,
        "rsv1": rsv1,
        "rsv2": False,
        "rsv3": False,
        "opcode": opcode,
        "mask": direction == C2S,
        "payload_length": len(payload),
    }
    if len(payload) <= PAYLOAD_SHOWN:
        fields["payload"] = hexed(payload)
    return Case(name, direction, data, len(data) - len(payload), fields, source=source)


def handshake():
    """The upgrade after which tshark takes a connection for WebSocket, by websockets' own two sides."""
    client, server = ClientProtocol(parse_uri("ws://127.0.0.1/")), ServerProtocol()
    client.send_request(client.connect())
    request = b"".join(client.data_to_send())
    server.receive_data(request)
    server.send_response(server.accept(server.events_received()[0]))
    return [(C2S, request), (S2C, b"".join(server.data_to_send()))]


def main():
    cases = [case(name, side, frame.serialize(mask=side == C2S), frame.fin, frame.rsv1, int(frame.opcode)) for name, side, frame in FRAMES]
    for name, data in node("ws-frame.js").items():
        direction = C2S if "_masked" in name else S2C
        cases.append(case(name, direction, bytes.fromhex(data), *OF_WS[name], source=npm("ws")))
    # Close frames last: tshark reads nothing after them on the same connection.
    second_opinion(sorted(cases, key=lambda one: one.fields["opcode"] == 8), 80, TSHARK, before=handshake())
    for one in cases:
        agree(one, fin="websocket.fin", opcode="websocket.opcode", mask="websocket.mask")
        one.fields["payload_length_7"] = int(one.tshark["websocket.payload_length"])
        for longer in ("websocket.payload_length_ext_16", "websocket.payload_length_ext_64"):
            if longer in one.tshark:
                agree(one, payload_length=longer)
        if one.fields["mask"]:
            one.fields["masking_key"] = "0x" + one.tshark["websocket.masking_key"].replace(":", "")
        assert int(one.tshark["websocket.rsv"], 0) == (4 if one.fields["rsv1"] else 0), one.name
    write("websocket", f"{pypi('websockets')}; payloads as {pypi('wsproto')} decoded them", cases)


if __name__ == "__main__":
    main()
