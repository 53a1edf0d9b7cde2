"""Real servers from Debian packages, unpacked (not installed) below target/golden/deb/root: see README.md."""

import contextlib
import os
import signal
import socket
import subprocess
import time

from common import MODULES

ROOT = MODULES / "deb" / "root"


def debian(package):
    """`package 1.2 (Debian)`, as unpacked."""
    (name,) = (MODULES / "deb").glob(f"{package}_*.deb")
    return f"{package} {name.name.split('_')[1]} (Debian)"


def free_port():
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(program, *args, port, **options):
    """Runs `program` of the unpacked packages while the block runs, and waits first until it listens on `port`."""
    libraries = ROOT / "usr/lib/x86_64-linux-gnu"
    env = {**os.environ, "LD_LIBRARY_PATH": str(libraries)}
    process = subprocess.Popen([str(ROOT / program), *args], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert process.poll() is None, f"{program} ended with {process.returncode}"
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
