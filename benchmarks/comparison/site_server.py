"""Serves recorded sites on localhost, in a process of its own, fast enough not to be in the way.

    with serving({"pypi": Site(folder=…, behaviour=Behaviour(latency_seconds=0.02))}) as served:
        served.url("pypi")      # http://127.0.0.1:PORT/simple/
        served.counted("pypi")  # since the last call

HTTP/1.1 with keep-alive over an asyncio protocol; bodies and heads are made beforehand.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from comparison.recorded_site import Behaviour, Counted, RecordedSite, parse_request

_HEAD_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A recording to be served."""

    folder: Path
    behaviour: Behaviour


class Served:
    """Sites that are being served."""

    def __init__(self, process: "subprocess.Popen[str]", ports: Mapping[str, int]) -> None:
        self._process = process
        self._ports = ports

    def url(self, name: str) -> str:
        """Where a site's project pages are."""
        return f"http://127.0.0.1:{self._ports[name]}/simple/"

    def counted(self, name: str) -> Counted:
        """What a site was asked since this was last called."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        fields = json.loads(self._process.stdout.readline())
        fields["statuses"] = {int(status): n for status, n in fields["statuses"].items()}
        return Counted(**fields)


@contextmanager
def serving(sites: Mapping[str, Site]) -> Iterator[Served]:
    """Serves until the block ends."""
    orders = {
        name: {
            "folder": str(site.folder),
            "latency_seconds": site.behaviour.latency_seconds,
            "max_age": site.behaviour.max_age,
        }
        for name, site in sites.items()
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "comparison.site_server", json.dumps(orders)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the index server did not start")
        yield Served(process, json.loads(line))
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def capacity(url: str, *, connections: int = 8, seconds: float = 1.0) -> float:
    """Requests per second that a server answers, asked without any HTTP library."""
    host, _, rest = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    order = (
        f"GET /{rest} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n"
        "Accept: application/vnd.pypi.simple.v1+json\r\n\r\n"
    ).encode()
    answered = [0] * connections
    until = time.perf_counter() + seconds

    def ask(worker: int) -> None:
        with socket.create_connection((name, int(port))) as connection:
            while time.perf_counter() < until:
                connection.sendall(order)
                received = connection.recv(1 << 20)
                head, _, body = received.partition(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
                while len(body) < length:
                    body += connection.recv(1 << 20)
                answered[worker] += 1

    threads = [Thread(target=ask, args=(worker,)) for worker in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / (time.perf_counter() - started)


class _Connection(asyncio.Protocol):
    """One client; answers in the order of its requests."""

    def __init__(self, site: RecordedSite) -> None:
        self._site = site
        self._waiting = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            head, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            self._reply(head)
        if len(self._waiting) > _HEAD_LIMIT and self._transport is not None:
            self._transport.abort()

    def _reply(self, head: bytes) -> None:
        assert self._transport is not None
        try:
            answer = self._site.answer(parse_request(head))
        except ValueError:
            self._transport.abort()
            return
        latency = self._site.behaviour.latency_seconds
        if latency:
            # Timers of equal length fire in the order in which they were set.
            asyncio.get_running_loop().call_later(latency, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def _serve(orders: Mapping[str, Mapping[str, object]]) -> None:
    sites: dict[str, RecordedSite] = {}
    ports: dict[str, int] = {}
    loop = asyncio.get_running_loop()
    listening = []
    for name, order in orders.items():
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        ports[name] = listener.getsockname()[1]
        site = sites[name] = RecordedSite(
            Path(str(order["folder"])),
            root_url=f"http://127.0.0.1:{ports[name]}",
            behaviour=Behaviour(
                latency_seconds=float(str(order["latency_seconds"])),
                max_age=int(str(order["max_age"])),
            ),
        )
        site.warm_up()
        listening.append(
            await loop.create_server(lambda site=site: _Connection(site), sock=listener)  # type: ignore[misc]  # a default argument has no type of its own
        )
    _tell(ports)
    orders_in = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders_in), sys.stdin)
    while line := await orders_in.readline():
        asked = sites[line.decode().strip()]
        counted, asked.counted = asked.counted, Counted()
        _tell(
            {
                "requests": counted.requests,
                "bytes_sent": counted.bytes_sent,
                "statuses": counted.statuses,
            }
        )


def _tell(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
