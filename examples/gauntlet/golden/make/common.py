"""Shared by the scripts beside it: a recording socket, a second opinion from tshark, and the files of a header.

A script makes `Case`s, asks `dissect` what tshark reads in the same bytes, and hands them to `write`.
"""

import importlib.metadata
import json
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent.parent
MODULES = GOLDEN.parents[2] / "target" / "golden"

C2S, S2C = "c2s", "s2c"
CLIENT_PORT = 40000


@dataclass
class Case:
    """One whole message: its bytes, the side that sends it, the size of its header, and what its author says is in it.

    `fixed_size` is the size of the part of the header before the first text or map, where that part has a name of its own.
    """

    name: str
    direction: str
    data: bytes
    header_size: int
    fields: dict
    tshark: dict = field(default_factory=dict)
    source: str | None = None
    fixed_size: int | None = None


def write(header, source, cases):
    """Writes `<case>.bin` for each case, and `facts.json`, into the folder of `header`; removes what was there before."""
    folder = GOLDEN / header
    folder.mkdir(exist_ok=True)
    for old in [*folder.glob("*.bin"), *folder.glob("facts.json")]:
        old.unlink()
    facts = {"source": source, "made_by": f"golden/make/{Path(sys.argv[0]).name}", "cases": {}}
    for case in cases:
        assert case.name not in facts["cases"], f"two cases are named {case.name}"
        assert case.header_size <= len(case.data), case.name
        (folder / f"{case.name}.bin").write_bytes(case.data)
        fact = {"direction": case.direction, "header_size": case.header_size, "length": len(case.data)}
        if case.fixed_size is not None:
            fact["fixed_size"] = case.fixed_size
        if case.source:
            fact["source"] = case.source
        fact["fields"] = case.fields
        if case.tshark:
            fact["tshark"] = case.tshark
        facts["cases"][case.name] = fact
    (folder / "facts.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    print(f"{header}: {len(cases)} messages, {sum(len(case.data) for case in cases)} bytes")


def hexed(data):
    """Bytes as facts.json has them."""
    return "0x" + bytes(data).hex()


def agree(case, **names):
    """Asserts that fields of a case and tshark's fields of it are the same numbers or texts: `agree(case, type="amqp.x")`."""
    for name, theirs in names.items():
        ours, seen = case.fields[name], case.tshark[theirs]
        same = int(seen, 0) == int(ours) if isinstance(ours, (int, bool)) else seen.replace(":", "") == ours.removeprefix("0x")
        assert same, f"{case.name}: {name} is {ours}, and tshark's {theirs} is {seen}"


def node(script, *args):
    """What a script for Node beside this one prints, parsed from JSON."""
    command = ["node", str(GOLDEN / "make" / script), *args]
    env = {"NODE_PATH": str(MODULES / "node_modules"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    return json.loads(subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout)


def pypi(package):
    """`package 1.2 (PyPI)`, as installed."""
    return f"{package} {importlib.metadata.version(package)} (PyPI)"


def npm(package):
    """`package 1.2 (npm)`, as installed."""
    manifest = json.loads((MODULES / "node_modules" / package / "package.json").read_text())
    return f"{package} {manifest['version']} (npm)"


class Recorder:
    """A server on 127.0.0.1 for one connection that keeps what the client sent and answers with prepared bytes.

    `answers[i]` is sent after the i-th chunk that arrives (a client that waits for each answer sends one message a chunk).
    """

    def __init__(self, *answers, timeout=5.0):
        self.answers, self.chunks, self.timeout = list(answers), [], timeout
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(timeout)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        connection, _ = self.listener.accept()
        connection.settimeout(self.timeout)
        with connection:
            try:
                while chunk := connection.recv(1 << 20):
                    self.chunks.append(chunk)
                    if len(self.chunks) <= len(self.answers):
                        connection.sendall(self.answers[len(self.chunks) - 1])
            except OSError:
                pass

    def stop(self):
        """Waits until the client is gone, and returns the chunks that it sent."""
        self.thread.join(self.timeout)
        self.listener.close()
        return self.chunks


class Tap:
    """A relay on 127.0.0.1 between one client and a real server; `messages` holds (direction, chunk) in the order seen."""

    def __init__(self, server_port, timeout=10.0):
        self.messages, self.timeout, self.server_port = [], timeout, server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(timeout)
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        client, _ = self.listener.accept()
        server = socket.create_connection(("127.0.0.1", self.server_port), self.timeout)
        client.settimeout(self.timeout)
        back = threading.Thread(target=self._pump, args=(server, client, S2C), daemon=True)
        back.start()
        self._pump(client, server, C2S)
        back.join(self.timeout)
        client.close()
        server.close()

    def _pump(self, source, sink, direction):
        try:
            while chunk := source.recv(1 << 20):
                self.messages.append((direction, chunk))
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        """Waits until the connection is over, and returns its chunks."""
        self.thread.join(self.timeout)
        self.listener.close()
        return self.messages


def dissect(messages, port, fields, *options):
    """What tshark reads in `messages`, [(direction, bytes)], sent over one TCP connection to `port`.

    Returns one {field: value} per message, with those of `fields` that tshark shows for it; several values of one field in
    one message are joined by commas. A text of which tshark could not read each character is left out. `options` are passed on to tshark (`-d tcp.port==1,x`).
    """
    with tempfile.NamedTemporaryFile(suffix=".pcap") as capture:
        last_packets = _pcap(capture, messages, port)
        capture.flush()
        command = ["tshark", "-r", capture.name, "-T", "fields", "-E", "occurrence=a", "-e", "frame.number"]
        for name in fields:
            command += ["-e", name]
        done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
    seen = {}
    for line in done.stdout.splitlines():
        number, *values = line.split("\t")
        seen[int(number)] = {name: value for name, value in zip(fields, values) if value and "\ufffd" not in value}
    return [seen[last] for last in last_packets]


def second_opinion(cases, port, fields, *options, before=(), after=()):
    """Sets `tshark` of each case, sent in this order on one connection after `before`, [(direction, bytes)]."""
    stream = [*before, *((case.direction, case.data) for case in cases), *after]
    for case, seen in zip(cases, dissect(stream, port, fields, *options)[len(before) :]):
        case.tshark = seen
        assert seen, f"tshark reads nothing in {case.name}"


SEGMENT = 60000


def _pcap(out, messages, port):
    """Writes a capture of raw IPv4 packets, handshake included; returns the number of the last packet of each message."""
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 101))
    sequence, packets, last = {C2S: 1000, S2C: 5000}, 0, []

    def packet(direction, flags, data=b""):
        nonlocal packets
        other = S2C if direction == C2S else C2S
        ports = (CLIENT_PORT, port) if direction == C2S else (port, CLIENT_PORT)
        seen = sequence[other] if flags & 0x10 else 0
        tcp = struct.pack(">HHIIBBHHH", *ports, sequence[direction], seen, 0x50, flags, 65535, 0, 0)
        hosts = (b"\x0a\0\0\1", b"\x0a\0\0\2") if direction == C2S else (b"\x0a\0\0\2", b"\x0a\0\0\1")
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), packets, 0x4000, 64, 6, 0) + hosts[0] + hosts[1]
        whole = ip + tcp + data
        out.write(struct.pack("<IIII", 1700000000, packets, len(whole), len(whole)) + whole)
        sequence[direction] += len(data) + (1 if flags & 0x02 else 0)
        packets += 1

    packet(C2S, 0x02)
    packet(S2C, 0x12)
    packet(C2S, 0x10)
    for direction, data in messages:
        for start in range(0, len(data), SEGMENT):
            packet(direction, 0x18, data[start : start + SEGMENT])
        last.append(packets)
    return last
