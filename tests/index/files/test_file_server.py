"""Files by their URLs: what arrives, what is tried again, what ends it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.index_server import IndexServer, Misbehaviour
from flet_lock.index.files.file_server import FileServer
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexUnreachable
from flet_lock.model.event import Event, RequestRetried

CONTENT = bytes(range(256)) * 4096


class Receiver:
    """Keeps what each attempt brought."""

    def __init__(self) -> None:
        self.attempts: list[bytearray] = []

    def begin(self) -> Callable[[bytes], object]:
        self.attempts.append(bytearray())
        return self.attempts[-1].extend


def open_files(events: list[Event] | None = None, indexes: tuple[Index, ...] = ()) -> FileServer:
    told: list[Event] = [] if events is None else events
    return FileServer(
        indexes=indexes,
        connections=4,
        environ={},
        root=Path.cwd(),
        listener=told.append,
        retry=RetryPolicy(attempts=2, base_seconds=0.001),
    )


def test_a_file_arrives_whole_and_is_counted() -> None:
    with IndexServer() as server, open_files() as files:
        server.add("alpha", "", CONTENT, filename="alpha.whl", metadata=b"")
        receiver = Receiver()
        url = server.root_url + server.file_path("alpha", "alpha.whl")
        assert files.fetch(url, index=None, begin=receiver.begin)
        assert receiver.attempts == [CONTENT]
        assert files.traffic.requests == 1
        assert files.traffic.bytes_received == len(CONTENT)
        assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_is_no_failure_of_the_server(status: int) -> None:
    with IndexServer() as server, open_files() as files:
        server.misbehave("/gone.whl", Misbehaviour(status=status))
        receiver = Receiver()
        assert not files.fetch(f"{server.root_url}/gone.whl", index=None, begin=receiver.begin)
        assert receiver.attempts == []


def test_each_attempt_begins_anew() -> None:
    events: list[Event] = []
    with IndexServer() as server, open_files(events) as files:
        server.add("alpha", "", CONTENT, filename="alpha.whl", metadata=b"")
        path = server.file_path("alpha", "alpha.whl")
        server.misbehave(path, Misbehaviour(cut_after=1000), times=1)
        receiver = Receiver()
        assert files.fetch(server.root_url + path, index=None, begin=receiver.begin)
        assert len(receiver.attempts) == 2
        assert receiver.attempts[1] == CONTENT
    assert [type(event) for event in events] == [RequestRetried]


def test_a_server_that_does_not_answer_is_a_failure_after_all_attempts() -> None:
    with IndexServer() as server:
        url = f"{server.root_url}/alpha.whl"
    with open_files() as files, pytest.raises(IndexUnreachable) as caught:
        files.fetch(url, index=None, begin=Receiver().begin)
    assert caught.value.attempts == 2


def test_what_the_receiver_raises_ends_the_download_at_once() -> None:
    class EnoughError(Exception):
        pass

    def refuse(_chunk: bytes) -> None:
        raise EnoughError

    with IndexServer() as server, open_files() as files:
        server.add("alpha", "", CONTENT, filename="alpha.whl", metadata=b"")
        url = server.root_url + server.file_path("alpha", "alpha.whl")
        with pytest.raises(EnoughError):
            files.fetch(url, index=None, begin=lambda: refuse)
        assert len(server.paths()) == 1, "no second attempt"


def test_credentials_of_an_index_go_to_its_own_host_only() -> None:
    with IndexServer() as own, IndexServer() as other:
        for server in (own, other):
            server.add("alpha", "", CONTENT, filename="alpha.whl", metadata=b"")
        index = Index(name="house", location=own.url.replace("://", "://me:secret@"))
        with open_files(indexes=(index,)) as files:
            for server in (own, other):
                url = server.root_url + server.file_path("alpha", "alpha.whl")
                assert files.fetch(url, index="house", begin=Receiver().begin)
        assert "authorization" in own.requests[0].headers
        assert "authorization" not in other.requests[0].headers


def test_closing_without_a_request_does_nothing() -> None:
    files = open_files()
    files.close()
    files.close()
