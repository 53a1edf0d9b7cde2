"""PostgreSQL 3.0: asyncpg talks to a PostgreSQL server through a tap; npm pg-protocol writes more frontend messages.

Backend messages arrive several to a chunk; pg-protocol's parser says where each ends.
"""

import asyncio
import contextlib
import os
import pwd
import subprocess
import tempfile
from pathlib import Path

import asyncpg

from common import C2S, S2C, Case, Tap, agree, node, npm, pypi, second_opinion, write
from debian import ROOT, debian, free_port, server

BINARIES = "usr/lib/postgresql/15/bin"
TSHARK = [
    "pgsql.type", "pgsql.frontend", "pgsql.length", "pgsql.version_major", "pgsql.version_minor", "pgsql.parameter_name",
    "pgsql.parameter_value", "pgsql.query", "pgsql.statement", "pgsql.portal", "pgsql.authtype", "pgsql.auth.sasl.mech",
    "pgsql.status", "pgsql.tag", "pgsql.field.count", "pgsql.col.name", "pgsql.code", "pgsql.message", "pgsql.pid", "pgsql.key",
]
TYPES = {
    "authenticationSASL": "R", "authenticationOk": "R", "parameterStatus": "S", "backendKeyData": "K", "readyForQuery": "Z",
    "rowDescription": "T", "dataRow": "D", "commandComplete": "C", "emptyQuery": "I", "error": "E",
}
FRONTEND_TYPES = {"parse": "P", "bind": "B", "execute": "E", "describe": "D", "sync": "S", "flush": "H", "cancel_request": None}
TYPED, UNTYPED = 5, 8
VERSION, CANCEL, SSL = 3 << 16, (1234 << 16) + 5678, (1234 << 16) + 5679


@contextlib.contextmanager
def postgres():
    """A fresh cluster with one user, run as nobody (the server refuses root); yields its port."""
    port, nobody = free_port(), pwd.getpwnam("nobody")
    who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        password = Path(folder, "password")
        password.write_text("s3cret\n")
        password.chmod(0o644)
        data = f"{folder}/data"
        env = {**os.environ, "LD_LIBRARY_PATH": str(ROOT / "usr/lib/x86_64-linux-gnu")}
        initdb = [str(ROOT / BINARIES / "initdb"), "-D", data, "-U", "ada", "-A", "scram-sha-256", "--pwfile", str(password)]
        subprocess.run([*initdb, "-N", "--no-locale", "-E", "UTF8"], env=env, check=True, stdout=subprocess.DEVNULL, **who)
        options = ["-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"]
        with server(f"{BINARIES}/postgres", *options, port=port, **who):
            yield port


async def talk(port):
    connection = await asyncpg.connect(host="127.0.0.1", port=port, user="ada", password="s3cret", database="postgres", ssl="prefer",
                                       server_settings={"application_name": "till"})
    await connection.execute("select 1 as one, 'zwölf' as twelve")
    with contextlib.suppress(asyncpg.PostgresError):
        await connection.execute("select * from nothing_here")
    await connection.execute("begin")
    await connection.close()


def sent(messages):
    """The frontend messages, in the order in which asyncpg sends them, one a chunk, with what the talk says is in each."""
    chunks = [data for direction, data in messages if direction == C2S]
    known = [
        ("ssl_request", UNTYPED, {"request_code": SSL}),
        ("startup", UNTYPED, {"protocol_version": VERSION, "user": "ada", "database": "postgres", "application_name": "till"}),
        ("sasl_initial_response", TYPED, {"type": "p", "mechanism": "SCRAM-SHA-256"}),
        ("sasl_response", TYPED, {"type": "p"}),
        ("query", TYPED, {"type": "Q", "query": "select 1 as one, 'zwölf' as twelve"}),
        (None, TYPED, {}),
        (None, TYPED, {}),
        ("terminate", TYPED, {"type": "X"}),
    ]
    assert len(chunks) == len(known), chunks
    return [Case(name, C2S, data, size, fields) for (name, size, fields), data in zip(known, chunks) if name]


def received(messages):
    """One backend message of each kind that came, and each state of ReadyForQuery; as pg-protocol parsed them."""
    stream = b"".join(data for direction, data in messages if direction == S2C)
    cases, taken = [], set()
    offset = 1  # the lone N with which the server refuses TLS
    for message in node("pg-protocol.js", "parse", stream[1:].hex()):
        name, data = message["name"], stream[offset : offset + 1 + message["length"]]
        offset += len(data)
        title = name + (f"_{message['status']}" if "status" in message else "")
        if title in taken or name not in TYPES:
            continue
        taken.add(title)
        fields = {"type": TYPES[name], "length": message["length"]}
        for theirs, ours in [("status", "status"), ("text", "command_tag"), ("parameterName", "name"), ("parameterValue", "value"),
                             ("processID", "process_id"), ("secretKey", "secret_key"), ("fieldCount", "field_count"), ("code", "sqlstate"),
                             ("severity", "severity"), ("message", "message")]:
            if message.get(theirs) is not None:
                fields[ours] = message[theirs]
        cases.append(Case(snake(title), S2C, data, TYPED, fields))
    assert offset == len(stream)
    return cases


def snake(name):
    names = {"I": "idle", "T": "in_transaction"}
    stem, _, state = name.partition("_")
    stem = stem.replace("SASL", "Sasl")
    return "".join("_" + c.lower() if c.isupper() else c for c in stem) + (f"_{names[state]}" if state else "")


def written():
    cases = []
    for name, data in node("pg-protocol.js", "serialize").items():
        kind = FRONTEND_TYPES[name]
        fields = {"type": kind} if kind else {"request_code": CANCEL, "process_id": 4711, "secret_key": -123456789}
        if name in ("parse", "bind", "describe"):
            fields["statement"] = "by_id"
        cases.append(Case(name, C2S, bytes.fromhex(data), TYPED if kind else UNTYPED, fields, source=npm("pg-protocol")))
    return cases


def main():
    with postgres() as port:
        tap = Tap(port)
        asyncio.run(talk(tap.port))
        messages = tap.stop()
    cases = sent(messages) + received(messages) + written()
    # tshark expects every connection to start with a startup message, and these two come first on connections of their own.
    alone = [case for case in cases if case.name in ("ssl_request", "cancel_request")]
    rest = [case for case in cases if case not in alone]
    for case in alone:
        second_opinion([case], 5432, TSHARK)
    second_opinion(rest, 5432, TSHARK)
    for case in cases:
        # tshark agrees with pg-protocol where that has parsed a length, and is the only one to say it where it has not.
        case.fields.setdefault("length", int(case.tshark["pgsql.length"]))
        agree(case, length="pgsql.length")
    write("postgres", f"{pypi('asyncpg')} and {debian('postgresql-15')}; backend messages as {npm('pg-protocol')} parsed them", cases)


if __name__ == "__main__":
    main()
