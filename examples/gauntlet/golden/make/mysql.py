"""MySQL packets: PyMySQL talks to a server made of npm mysql2, and its own reader and writer say where a packet ends."""

import contextlib
import os
import subprocess

import pymysql

from common import C2S, GOLDEN, MODULES, S2C, Case, agree, npm, pypi, second_opinion, write

TSHARK = [
    "mysql.packet_length", "mysql.packet_number", "mysql.command", "mysql.query", "mysql.protocol", "mysql.version",
    "mysql.thread_id", "mysql.user", "mysql.schema", "mysql.response_code", "mysql.affected_rows", "mysql.error_code", "mysql.error.message",
]
PACKET_HEADER = 4


class Recording(pymysql.connections.Connection):
    """A connection that keeps each packet: (direction, bytes, sequence id, payload length), as PyMySQL counts them."""

    packets: list

    def __init__(self, **options):
        self.packets, self._part = [], b""
        super().__init__(**options)

    def _write_bytes(self, data):
        answers_greeting = len(self.packets) == 1
        number = self._next_seq_id if answers_greeting else 0
        self.packets.append((C2S, bytes(data), number, None))
        super()._write_bytes(data)

    def _read_bytes(self, size):
        data = super()._read_bytes(size)
        self._part += data
        return data

    def _read_packet(self, *kinds):
        number, self._part = self._next_seq_id, b""
        try:
            packet = super()._read_packet(*kinds)
        except pymysql.MySQLError:
            self.packets.append((S2C, self._part, number, None))
            raise
        self.packets.append((S2C, self._part, number, len(packet.get_all_data())))
        return packet


@contextlib.contextmanager
def mysql2():
    env = {**os.environ, "NODE_PATH": str(MODULES / "node_modules")}
    process = subprocess.Popen(["node", str(GOLDEN / "make" / "mysql-server.js")], env=env, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)


LONG = "UPDATE t SET note = '" + "n" * 300 + "'"


def talk(port):
    connection = Recording(host="127.0.0.1", port=port, user="ada", password="s3cret", database="shop", autocommit=None, connect_timeout=5)
    asked = len(connection.packets)
    connection.ping(reconnect=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM t")
        assert cursor.fetchall() == ((42,),)
        assert cursor.execute(LONG) == 3
        with contextlib.suppress(pymysql.MySQLError):
            cursor.execute("DROP TABLE t")
    connection.close()
    return connection.packets[:3] + connection.packets[asked:]


def main():
    with mysql2() as port:
        packets = talk(port)
    names = [
        ("greeting", {"protocol_version": 10, "server_version": "8.0.36-golden", "connection_id": 77}),
        ("handshake_response", {"user": "ada", "database": "shop"}),
        ("ok_after_handshake", {"header": 0}),
        ("com_ping", {"command": 14}),
        ("ok_after_ping", {"header": 0}),
        ("com_query", {"command": 3, "query": "SELECT id FROM t"}),
        ("column_count", {"column_count": 1}),
        ("column_definition", {}),
        ("eof_after_columns", {"header": 254}),
        ("row", {}),
        ("eof_after_rows", {"header": 254}),
        ("com_query_two_byte_length", {"command": 3, "query": LONG}),
        ("ok_after_update", {"header": 0, "affected_rows": 3}),
        ("com_query_refused", {"command": 3, "query": "DROP TABLE t"}),
        ("error", {"header": 255, "error_code": 1142, "error_message": "DROP command denied"}),
        ("com_quit", {"command": 1}),
    ]
    assert len(packets) == len(names), [packet[1] for packet in packets]
    cases, lengths = [], {}
    for (name, fields), (direction, data, number, length) in zip(names, packets):
        cases.append(Case(name, direction, data, PACKET_HEADER, {"sequence_id": number, **fields}))
        lengths[name] = length
    second_opinion(cases, 3306, TSHARK)
    for case in cases:
        seen = int(case.tshark["mysql.packet_length"])
        assert lengths[case.name] in (None, seen), case.name
        case.fields = {"payload_length": seen, **case.fields}
        agree(case, sequence_id="mysql.packet_number")
    write("mysql", f"{pypi('PyMySQL')} and a server of {npm('mysql2')}; payload lengths as PyMySQL and tshark read them", cases)


if __name__ == "__main__":
    main()
