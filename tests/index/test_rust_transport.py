"""The faster transport: there or not, answers and failures are the same."""

import asyncio
import sys
from contextlib import suppress

import httpx
import pytest

from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel
from flet_lock.index.lean_import import without_httpx_command_line
from flet_lock.index.transport import EnvironmentTransport
from flet_lock.model.errors import IndexUnreachable

DEMO = package("demo")


@pytest.fixture(params=["with pyreqwest", "without"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "flet_lock.index.rust_transport", None)
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


def used_by(environ: dict[str, str], url: str) -> str:
    """The kind of transport that a request goes through."""

    async def ask() -> str:
        transport = EnvironmentTransport(environ, connections=2)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            with suppress(httpx.HTTPError):
                await client.get(url)
            return ", ".join(type(each).__name__ for each in transport._transports.values())

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("environ", "secure", "kind"),
    [
        ({}, False, "RustTransport"),
        ({"SSL_CERT_FILE": "/nowhere"}, False, "RustTransport"),
        ({"HTTP_PROXY": "http://127.0.0.1:9"}, False, "AsyncHTTPTransport"),
        ({}, True, "RustTransport"),
        ({"SSL_CERT_DIR": "/"}, True, "AsyncHTTPTransport"),
    ],
)
def test_proxies_and_bundles_of_ones_own_are_left_to_httpx(
    environ: dict[str, str], secure: bool, kind: str
) -> None:
    pytest.importorskip("pyreqwest")
    url = f"http{'s' if secure else ''}://127.0.0.1:9/"
    assert used_by(environ, url) == kind


def test_httpx_comes_without_its_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "click", raising=False)
    with without_httpx_command_line(), pytest.raises(ImportError):
        import click  # noqa: F401, PLC0415
    assert "click" not in sys.modules
    stand_in = type(sys)("click")
    monkeypatch.setitem(sys.modules, "click", stand_in)
    with without_httpx_command_line():
        assert sys.modules["click"] is stand_in
    assert sys.modules["click"] is stand_in
