"""Indexes that are down, slow, refuse or answer nonsense: what the command says, end to end.

Real sockets, two indexes: one of them misbehaves for one package that the other does not have.
Whatever happens, it must not look as if there were no such package, or no wheel of it.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.index_server import HTML_TYPE, JSON_TYPE, IndexServer, Misbehaviour
from fakes.repositories import QUICK
from fakes.trouble import lock_on, write_app
from fakes.wheels import make_wheel
from flet_lock.index.http import pyreqwest_transport as rust_wire
from flet_lock.index.loading import transfers

LOGIN_PAGE = b"<!DOCTYPE html><html><body><form action='/login'>Sign in</form></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One way in which an index fails, and what has to be said of it."""

    name: str
    source: str
    """Where it was met."""
    how: Misbehaviour
    error: str
    """`error.type` of the JSON report."""
    says: tuple[str, ...]


TROUBLES = (
    Trouble(
        name="500",
        source="https://github.com/pypa/pip/issues/5270",
        how=Misbehaviour(status=500, body=b"boom"),
        error="index-unreachable",
        says=("gives no answer (HTTP 500)", "3 tries"),
    ),
    Trouble(
        name="503",
        source="https://github.com/pypa/pip/issues/5270",
        how=Misbehaviour(status=503),
        error="index-unreachable",
        says=("gives no answer (HTTP 503)",),
    ),
    Trouble(
        name="breaks the connection",
        source="https://github.com/pypa/pip/issues/4986",
        how=Misbehaviour(drop=True),
        error="index-unreachable",
        says=("gives no answer", "flet-lock --offline"),
    ),
    Trouble(
        name="answers too late",
        source="https://github.com/astral-sh/uv/issues/13588",
        how=Misbehaviour(delay_seconds=0.6),
        error="index-unreachable",
        says=("gives no answer",),
    ),
    Trouble(
        name="401",
        source="https://github.com/astral-sh/uv/issues/11102",
        how=Misbehaviour(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
        error="index-refused",
        says=("refuses (HTTP 401)", "no login was sent", "~/.netrc"),
    ),
    Trouble(
        name="403",
        source="https://github.com/astral-sh/uv/pull/8264",
        how=Misbehaviour(status=403),
        error="index-refused",
        says=("refuses (HTTP 403)",),
    ),
    Trouble(
        name="login page",
        source="https://github.com/astral-sh/uv/issues/1754",
        how=Misbehaviour(status=200, headers={"Content-Type": HTML_TYPE}, body=LOGIN_PAGE),
        error="index-garbage",
        says=("is not an index page", "a login page or a wrong path"),
    ),
    Trouble(
        name="JSON of something else",
        source="https://github.com/astral-sh/uv/issues/6610",
        how=Misbehaviour(status=200, headers={"Content-Type": JSON_TYPE}, body=b'{"errors": []}'),
        error="index-garbage",
        says=("is not an index page",),
    ),
    Trouble(
        name="bytes",
        source="https://github.com/astral-sh/uv/issues/1754",
        how=Misbehaviour(status=200, headers={"Content-Type": "image/png"}, body=b"\x89PNG\r\n"),
        error="index-garbage",
        says=("is not an index page", "image/png"),
    ),
)
each_trouble = pytest.mark.parametrize("trouble", TROUBLES, ids=[each.name for each in TROUBLES])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute in a test."""
    monkeypatch.setattr(transfers, "RetryPolicy", lambda: QUICK)
    monkeypatch.setattr(rust_wire, "READ_SECONDS", 0.3)
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def pypi() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("flet", "1.0.5", make_wheel("flet", "1.0.5"))
        yield server


@pytest.fixture
def own() -> Iterator[IndexServer]:
    with IndexServer() as server:
        server.add("acme", "2.1", make_wheel("acme", "2.1"))
        yield server


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return write_app(tmp_path / "app", "flet", "acme>=2")


def lock(app: Path, pypi: IndexServer, own_url: str, *words: str) -> tuple[int, str, str]:
    return lock_on(app, pypi.url, "--index", f"acme-index={own_url}", *words)


@each_trouble
def test_the_index_that_fails_is_named_and_nothing_else_is_blamed(
    trouble: Trouble, app: Path, pypi: IndexServer, own: IndexServer
) -> None:
    own.misbehave(own.page_path("acme"), trouble.how)

    code, out, err = lock(app, pypi, own.url)
    words = " ".join((out + err).split())

    assert code == 2, words
    assert "the index acme-index" in words
    for fact in trouble.says:
        assert fact in words, words
    for wrong in ("the index pypi", "does not exist", "no wheel", "Cannot lock"):
        assert wrong not in words, words
    assert " next: " in words
    assert len((out + err).splitlines()) <= 24
    assert not list(app.glob("pylock.*"))


@each_trouble
def test_programs_are_told_the_same(
    trouble: Trouble, app: Path, pypi: IndexServer, own: IndexServer
) -> None:
    own.misbehave(own.page_path("acme"), trouble.how)

    code, out, _ = lock(app, pypi, own.url, "--output-format", "json")
    document = json.loads(out)

    assert (code, document["exit_code"], document["ok"]) == (2, 2, False)
    assert document["error"]["type"] == trouble.error
    assert document["error"]["facts"]["index"] == "acme-index"
    assert document["error"]["facts"]["url"] == f"{own.url}acme/"


def test_an_index_that_is_down_is_not_one_without_the_package(app: Path, pypi: IndexServer) -> None:
    """As in https://github.com/pypa/pip/issues/4986: an index behind a VPN that is off."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    code, out, err = lock(app, pypi, f"http://127.0.0.1:{port}/simple/")
    words = " ".join((out + err).split())
    assert code == 2
    assert "the index acme-index gives no answer" in words
    assert "does not exist" not in words


def test_an_index_that_recovers_is_not_worth_a_word(
    app: Path, pypi: IndexServer, own: IndexServer
) -> None:
    own.misbehave(own.page_path("acme"), Misbehaviour(status=503), times=2)
    code, out, err = lock(app, pypi, own.url)
    assert code == 0, err
    assert "503" not in out + err


def test_a_slow_index_is_waited_for(app: Path, pypi: IndexServer, own: IndexServer) -> None:
    own.latency_seconds = 0.1
    code, _, err = lock(app, pypi, own.url)
    assert code == 0, err


def test_404_is_an_answer_and_names_every_index_that_gave_it(
    app: Path, pypi: IndexServer, own: IndexServer
) -> None:
    """As in https://github.com/pypa/pip/issues/13684: some answer 404 to a revoked token."""
    own.misbehave(own.page_path("acme"), Misbehaviour(status=404))
    code, out, err = lock(app, pypi, own.url)
    words = " ".join((out + err).split())
    assert code == 1
    assert "acme does not exist on pypi and acme-index" in words
    assert "next: " in words


def test_a_login_that_is_wrong_is_told_apart_from_none(
    app: Path, pypi: IndexServer, own: IndexServer
) -> None:
    own.credentials = ("me", "right")
    code, out, err = lock(app, pypi, own.url.replace("http://", "http://me:wrong@"))
    words = " ".join((out + err).split())
    assert code == 2
    assert "the login was not accepted" in words
    assert "wrong" not in words, "a password was printed"
