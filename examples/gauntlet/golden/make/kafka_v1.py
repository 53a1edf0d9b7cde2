"""Kafka, request header v1: aiokafka talks to librdkafka's mock broker through a tap, kafkajs writes more requests.

kafka-python's header classes read them all again, and say where the header ends.
"""

import asyncio
import io

from aiokafka.conn import create_conn
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.metadata import MetadataRequest
from confluent_kafka import Producer
from kafka.protocol.api_header import RequestHeader, ResponseHeader

from common import C2S, S2C, Case, Tap, agree, node, npm, pypi, second_opinion, write

LENGTH = 4
TSHARK = ["kafka.len", "kafka.api_key", "kafka.api_version", "kafka.correlation_id", "kafka.client_id"]


async def ask(port, client_id):
    connection = await create_conn("127.0.0.1", port, client_id=client_id, request_timeout_ms=5000)
    # The versions to use, whatever the broker has just offered: those with request header v1.
    connection._versions = {MetadataRequest.API_KEY: (1, 1), FindCoordinatorRequest.API_KEY: (0, 0)}
    await connection.send(MetadataRequest(["orders"]))
    await connection.send(FindCoordinatorRequest("billing", 0))
    connection.close()


def talk(port, client_id):
    """ApiVersions v0, which aiokafka sends on its own, Metadata v1, FindCoordinator v0, each with its answer."""
    tap = Tap(port)
    asyncio.run(ask(tap.port, client_id))
    messages = tap.stop()
    assert [direction for direction, _ in messages] == [C2S, S2C] * 3, messages
    return messages


def request(name, data, source=None):
    stream = io.BytesIO(data[LENGTH:])
    header = RequestHeader.decode(stream)
    fields = {
        "request_api_key": header.request_api_key,
        "request_api_version": header.request_api_version,
        "correlation_id": header.correlation_id,
        "client_id": header.client_id,
    }
    return Case(name, C2S, data, LENGTH + stream.tell(), fields, source=source)


def response(name, data):
    stream = io.BytesIO(data[LENGTH:])
    header = ResponseHeader.decode(stream)
    return Case(name, S2C, data, LENGTH + stream.tell(), {"correlation_id": header.correlation_id})


def main():
    producer = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    named = talk(broker.port, "till-3")
    nameless = talk(broker.port, None)
    cases = []
    for number, name in enumerate(["api_versions_v0", "metadata_v1", "find_coordinator_v0"]):
        cases.append(request(name, named[2 * number][1]))
        cases.append(response(f"{name}_response", named[2 * number + 1][1]))
        cases.append(request(f"{name}_null_client_id", nameless[2 * number][1]))
    for name, data in node("kafkajs.js").items():
        cases.append(request(name, bytes.fromhex(data), npm("kafkajs")))
    second_opinion(cases, 9092, TSHARK)
    for one in cases:
        one.fields = {"length": int(one.tshark["kafka.len"]), **one.fields}
        agree(one, correlation_id="kafka.correlation_id")
        if one.direction == C2S:
            agree(one, request_api_key="kafka.api_key", request_api_version="kafka.api_version")
    write("kafka", f"{pypi('aiokafka')} and the mock broker of {pypi('confluent-kafka')}; headers as {pypi('kafka-python')} decoded them", cases)


if __name__ == "__main__":
    main()
