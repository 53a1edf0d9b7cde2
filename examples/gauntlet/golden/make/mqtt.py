"""MQTT 3.1.1: paho-mqtt talks to mosquitto through a tap; npm mqtt-packet reads the same bytes."""

import json
import tempfile

import paho.mqtt.client as paho

from common import C2S, S2C, Case, Tap, agree, hexed, node, npm, pypi, second_opinion, write
from debian import debian, free_port, server

CODES = {"connect": 1, "connack": 2, "publish": 3, "puback": 4, "subscribe": 8, "suback": 9, "pingreq": 12, "pingresp": 13, "disconnect": 14}
TSHARK = [
    "mqtt.msgtype", "mqtt.hdrflags", "mqtt.dupflag", "mqtt.qos", "mqtt.retain", "mqtt.len", "mqtt.protoname", "mqtt.ver",
    "mqtt.conflags", "mqtt.conflag.uname", "mqtt.conflag.passwd", "mqtt.conflag.retain", "mqtt.conflag.qos",
    "mqtt.conflag.willflag", "mqtt.conflag.cleansess", "mqtt.kalive", "mqtt.clientid", "mqtt.willtopic", "mqtt.willmsg",
    "mqtt.username", "mqtt.passwd", "mqtt.conack.val", "mqtt.conack.flags.sp", "mqtt.topic", "mqtt.msgid", "mqtt.msg",
]


def talk(port, client_id, keep_alive, clean=True, will=None, username=None, password=None, then=()):
    """One session of paho-mqtt; returns its packets, [(direction, bytes)]: CONNECT, CONNACK, and what `then` makes of it."""
    tap = Tap(port)
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=clean, protocol=paho.MQTTv311)
    if will:
        client.will_set(*will)
    if username is not None:
        client.username_pw_set(username, password)
    client.connect("127.0.0.1", tap.port, keep_alive)

    def pump(until):
        for _ in range(100):
            if len(tap.messages) >= until:
                return
            client.loop(0.1)
        raise TimeoutError(f"{len(tap.messages)} of {until} packets")

    pump(2)
    for act in then:
        done = len(tap.messages)
        act(client)
        pump(done + 2)
    client.disconnect()
    for _ in range(10):
        client.loop(0.05)
    return tap.stop()


def publish(topic, payload, **options):
    return lambda client: client.publish(topic, payload, **options)


def connect_fields(packet):
    """The fields of a CONNECT, named as section 3.1 names them, from what mqtt-packet parsed."""
    will, username, password = packet.get("will"), packet.get("username"), packet.get("password")
    fields = {
        "protocol_name": packet["protocolId"],
        "protocol_level": packet["protocolVersion"],
        "user_name_flag": username is not None,
        "password_flag": password is not None,
        "will_retain": bool(will and will["retain"]),
        "will_qos": will["qos"] if will else 0,
        "will_flag": will is not None,
        "clean_session": packet["clean"],
        "keep_alive": packet["keepalive"],
        "client_id": packet["clientId"],
    }
    if will:
        fields |= {"will_topic": will["topic"], "will_message": hexed(will["payload"]["data"])}
    if username is not None:
        fields["user_name"] = username
    if password is not None:
        fields["password"] = hexed(password["data"])
    return fields


def case(name, direction, data):
    packet = node("mqtt-packet.js", "parse", data.hex())
    kind, length = packet["cmd"], packet["length"]
    fields = {
        "packet_type": CODES[kind],
        "dup": packet["dup"],
        "qos": packet["qos"],
        "retain": packet["retain"],
        "remaining_length": length,
    }
    if kind == "connect":
        fields |= connect_fields(packet)
    elif kind == "connack":
        fields |= {"session_present": packet["sessionPresent"], "connect_return_code": packet["returnCode"]}
    elif kind == "publish":
        fields |= {"topic_name": packet["topic"]}
        if packet["qos"] > 0:
            fields["packet_identifier"] = packet["messageId"]
        fields["payload_length"] = len(packet["payload"]["data"])
    elif "messageId" in packet:
        fields["packet_identifier"] = packet["messageId"]
    header_size = len(data) if kind == "connect" else len(data) - length
    return Case(name, direction, data, header_size, fields)


def check(case):
    agree(case, packet_type="mqtt.msgtype", remaining_length="mqtt.len")
    if case.fields["packet_type"] == 1:
        agree(case, protocol_name="mqtt.protoname", protocol_level="mqtt.ver", keep_alive="mqtt.kalive", will_qos="mqtt.conflag.qos",
              user_name_flag="mqtt.conflag.uname", password_flag="mqtt.conflag.passwd", will_flag="mqtt.conflag.willflag",
              will_retain="mqtt.conflag.retain", clean_session="mqtt.conflag.cleansess")
        for ours, theirs in [("client_id", "mqtt.clientid"), ("user_name", "mqtt.username"), ("will_topic", "mqtt.willtopic")]:
            if case.fields.get(ours):
                agree(case, **{ours: theirs})


def main():
    port = free_port()
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        conf.flush()
        with server("usr/sbin/mosquitto", "-c", conf.name, port=port):
            plain = talk(port, "sensor-17", 60, then=[
                lambda client: client.subscribe("room/+", 1),
                publish("room/4", b"21.5", qos=1, retain=True),
            ])
            will = talk(port, "sensor-18", 30, will=("room/5/state", b"gone", 1, True))
            user = talk(port, "", 0, username="ada")
            both = talk(port, "sensor-19", 65535, clean=False, username="ada", password="s3cret")
            everything = talk(port, "sensor-20", 10, clean=False, will=("zimmer/küche", bytes(range(200)), 2, False), username="käthe", password="pässwort")
            large = talk(port, "sensor-21", 5, then=[publish("room/6", b"x" * 300, qos=1)])
    parts = iter(plain)
    named = [("connect", C2S), ("connack", S2C), ("subscribe", C2S), ("suback", S2C), ("publish_qos1_retain", C2S)]
    cases = []
    for name, direction in named:
        side, data = next(parts)
        assert side == direction, (name, plain)
        cases.append(case(name, direction, data))
    for name, messages in [("connect_will", will), ("connect_username", user), ("connect_username_password", both), ("connect_all_two_byte_length", everything)]:
        cases.append(case(name, C2S, messages[0][1]))
    cases.append(case("publish_two_byte_length", C2S, next(data for side, data in large[2:] if side == C2S)))
    cases.append(case("connack_refused", S2C, bytes.fromhex(node("mqtt-packet.js", "generate", json.dumps({"cmd": "connack", "returnCode": 5, "sessionPresent": False})))))
    cases[-1].source = "mqtt-packet"
    for name, direction in [("pingreq", C2S), ("pingresp", S2C)]:
        cases.append(case(name, direction, bytes.fromhex(node("mqtt-packet.js", "generate", json.dumps({"cmd": name})))))
        cases[-1].source = "mqtt-packet"
    second_opinion(cases, 1883, TSHARK)
    for one in cases:
        check(one)
    write("mqtt", f"{pypi('paho-mqtt')} and {debian('mosquitto')}; fields as {npm('mqtt-packet')} parsed them", cases)


if __name__ == "__main__":
    main()
