"""AMQP 0-9-1 frames: written by pamqp, read again by npm amqplib and by tshark."""

from pamqp import body, commands, frame, header, heartbeat

from common import C2S, S2C, Case, agree, node, npm, pypi, second_opinion, write

TSHARK = [
    "amqp.type", "amqp.channel", "amqp.length", "amqp.method.class", "amqp.method.method", "amqp.header.class",
    "amqp.header.weight", "amqp.header.body-size", "amqp.header.property-flags", "amqp.payload",
]
FRAME_HEADER = 7

BODY = b'{"ordered": 3}'
PROPERTIES = commands.Basic.Properties(content_type="application/json", delivery_mode=2, correlation_id="c-42", headers={"tenant": "blue"})

# name, direction, channel, pamqp's frame
FRAMES = [
    ("connection_start", S2C, 0, commands.Connection.Start(0, 9, {"product": "broker"}, "PLAIN AMQPLAIN", "en_US")),
    ("connection_start_ok", C2S, 0, commands.Connection.StartOk({"product": "client"}, "PLAIN", "\0guest\0guest", "en_US")),
    ("connection_tune", S2C, 0, commands.Connection.Tune(2047, 131072, 60)),
    ("channel_open", C2S, 1, commands.Channel.Open()),
    ("queue_declare", C2S, 1, commands.Queue.Declare(queue="orders", durable=True)),
    ("basic_publish", C2S, 1, commands.Basic.Publish(exchange="shop", routing_key="orders.new", mandatory=True)),
    ("content_header", C2S, 1, header.ContentHeader(0, len(BODY), PROPERTIES)),
    ("content_header_bare", C2S, 65535, header.ContentHeader(0, 1 << 33, commands.Basic.Properties())),
    ("body", C2S, 1, body.ContentBody(BODY)),
    ("body_empty", S2C, 2, body.ContentBody(b"")),
    ("basic_deliver", S2C, 258, commands.Basic.Deliver("tag-1", 0x0102030405060708, False, "shop", "orders.new")),
    ("basic_ack", C2S, 258, commands.Basic.Ack(0x0102030405060708, True)),
    ("connection_close", S2C, 0, commands.Connection.Close(320, "CONNECTION_FORCED", 0, 0)),
    ("heartbeat", C2S, 0, heartbeat.Heartbeat()),
]


def case(name, direction, channel, value, seen):
    data = frame.marshal(value, channel)
    fields = {"frame_type": seen["type"], "channel": channel, "size": seen["size"], "frame_end": data[-1]}
    assert seen["channel"] == channel and seen["rest"] == 0, name
    if isinstance(value, header.ContentHeader):
        fields |= {"class_id": value.properties.frame_id, "weight": value.weight, "body_size": value.body_size}
        assert seen["class_id"] == value.properties.frame_id and seen["body_size"] == value.body_size, name
    elif hasattr(value, "index"):
        class_id, method_id = value.index >> 16, value.index & 0xFFFF
        assert (seen["class_id"], seen["method_id"]) == (class_id, method_id), name
        fields |= {"class_id": class_id, "method_id": method_id, "method": value.name}
    return Case(name, direction, data, FRAME_HEADER, fields)


def main():
    seen = node("amqp-frame.js", *(frame.marshal(value, channel).hex() for _, _, channel, value in FRAMES))
    cases = [case(*one, read) for one, read in zip(FRAMES, seen)]
    second_opinion(cases, 5672, TSHARK, before=[(C2S, header.ProtocolHeader().marshal())])
    for one in cases:
        agree(one, frame_type="amqp.type", channel="amqp.channel", size="amqp.length")
        if "method_id" in one.fields:
            agree(one, class_id="amqp.method.class", method_id="amqp.method.method")
        elif "body_size" in one.fields:
            agree(one, class_id="amqp.header.class", weight="amqp.header.weight", body_size="amqp.header.body-size")
    write("amqp", f"{pypi('pamqp')}; read again by {npm('amqplib')}", cases)


if __name__ == "__main__":
    main()
