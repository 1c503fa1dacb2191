"""The faster transport: there or not, answers and failures are the same."""

import sys
from contextlib import suppress
from typing import Any

import pytest

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.index.http.httpx_transport import HttpxTransport
from flet_lock.index.http.pyreqwest_transport import PyreqwestTransport
from flet_lock.index.http.router import TransportRouter
from flet_lock.index.http.transport import Reply, TransportError
from flet_lock.model.errors.index import IndexUnreachable

DEMO = package("demo")


@pytest.fixture(params=["with pyreqwest", "without"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "flet_lock.index.http.pyreqwest_transport", None)
    else:
        pytest.importorskip("pyreqwest")


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("how", "attempts"),
    [
        (Misbehaviour(drop=True), 3),
        (Misbehaviour(cut_after=10), 3),
        (Misbehaviour(status=503), 3),
        (Misbehaviour(headers={"Content-Encoding": "gzip"}, body=b"no gzip", status=200), 3),
    ],
)
def test_failures_are_the_same(
    how: Misbehaviour, attempts: int, server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"))
    server.misbehave("/simple/demo/", how)
    with pytest.raises(IndexUnreachable) as caught:
        open_repository(server.url).listing(DEMO)
    assert caught.value.attempts == attempts


@pytest.mark.usefixtures("either")
def test_nobody_listening_is_the_same(open_repository: Opener) -> None:
    with pytest.raises(IndexUnreachable) as caught:
        open_repository("http://127.0.0.1:9/simple/").listing(DEMO)
    assert caught.value.attempts == 3
    assert caught.value.detail.startswith("ConnectError")


def used_by(environ: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The wires that a request is given to; nobody listens."""
    used: list[str] = []

    def noted(kind: type[PyreqwestTransport] | type[HttpxTransport]) -> None:
        send = kind.send

        def noting(wire: Any, *args: Any) -> Reply:  # noqa: ANN401 - whatever a wire takes
            used.append(kind.__name__)
            return send(wire, *args)

        monkeypatch.setattr(kind, "send", noting)

    noted(PyreqwestTransport)
    noted(HttpxTransport)
    ways = TransportRouter(environ, connections=2, transport=None)
    with suppress(TransportError):
        ways.send("GET", url, {}, None)
    ways.close()
    return used


@pytest.mark.parametrize(
    ("environ", "secure", "wires"),
    [
        ({}, False, ["PyreqwestTransport", "HttpxTransport"]),
        ({"SSL_CERT_FILE": "/nowhere"}, False, ["PyreqwestTransport", "HttpxTransport"]),
        ({"HTTP_PROXY": "http://127.0.0.1:9"}, False, ["HttpxTransport"]),
        ({}, True, ["PyreqwestTransport", "HttpxTransport"]),
        ({"SSL_CERT_DIR": "/"}, True, ["HttpxTransport"]),
    ],
)
def test_proxies_bundles_of_ones_own_and_what_cannot_be_connected_are_left_to_httpx(
    environ: dict[str, str], secure: bool, wires: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"http{'s' if secure else ''}://127.0.0.1:9/"
    assert used_by(environ, url, monkeypatch) == wires
