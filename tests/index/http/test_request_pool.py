"""Who does what when, and how it ends."""

import threading
import time
from collections.abc import Iterator

import pytest

from flet_lock.index.http.request_pool import RequestPool, RequestPoolClosedError


@pytest.fixture
def request_pool() -> Iterator[RequestPool]:
    request_pool = RequestPool(2)
    yield request_pool
    request_pool.close(lambda: None)


class Recorder:
    """Notes who is inside, and how many at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.order: list[str] = []
        self.inside = 0
        self.most = 0

    def visit(self, name: str, seconds: float = 0.005) -> str:
        with self._lock:
            self.order.append(name)
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(seconds)
        with self._lock:
            self.inside -= 1
        return name


def test_what_is_hurried_goes_first_and_the_bound_is_kept(request_pool: RequestPool) -> None:
    recorder = Recorder()
    held = threading.Event()
    first = [request_pool.submit(held.wait) for _ in range(2)]
    later = {name: request_pool.submit(lambda name=name: recorder.visit(name)) for name in "cdefgh"}  # type: ignore[misc]
    request_pool.hurry(later["h"])
    later["c"].cancel()
    held.set()
    assert all(future.result(2) for future in first)
    assert [later[name].result(2) for name in "defgh"] == list("defgh")
    assert recorder.order[0] == "h"
    assert sorted(recorder.order) == list("defgh")
    assert recorder.most <= 2


def test_as_many_work_at_once_as_may(request_pool: RequestPool) -> None:
    both = threading.Barrier(2)
    waits = [request_pool.submit(lambda: both.wait(2)) for _ in range(2)]
    assert sorted(wait.result(2) for wait in waits) == [0, 1]


def test_while_one_rests_another_works_and_then_the_bound_holds_again() -> None:
    request_pool = RequestPool(1)
    recorder = Recorder()

    def rest_and_visit() -> str:
        request_pool.rest(0.03)
        return recorder.visit("rested")

    rested = request_pool.submit(rest_and_visit)
    others = [request_pool.submit(lambda: recorder.visit("other")) for _ in range(12)]
    assert [future.result(2) for future in [rested, *others]] == ["rested", *["other"] * 12]
    assert recorder.most == 1
    assert recorder.order[0] == "other"
    request_pool.close(lambda: None)


def test_a_failure_stays_in_its_future(
    request_pool: RequestPool, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("no")

    failed = request_pool.submit(fail)
    assert request_pool.submit(lambda: 1).result(2) == 1
    with pytest.raises(ValueError, match="no"):
        failed.result(2)
    assert capfd.readouterr().err == ""


def test_closing_interrupts_what_is_under_way_and_gives_up_the_rest() -> None:
    request_pool = RequestPool(1)
    interrupted = threading.Event()
    begun = threading.Event()

    def work() -> bool:
        begun.set()
        return interrupted.wait(5)

    under_way, waiting = request_pool.submit(work), request_pool.submit(work)
    assert begun.wait(2)
    request_pool.close(interrupted.set)
    assert under_way.result(0)
    assert waiting.cancelled()
    with pytest.raises(RequestPoolClosedError):
        request_pool.submit(work)


def test_closing_ends_a_rest_at_once() -> None:
    request_pool = RequestPool(1)
    begun = threading.Event()

    def work() -> None:
        begun.set()
        request_pool.rest(60)

    resting = request_pool.submit(work)
    assert begun.wait(2)
    started = time.monotonic()
    request_pool.close(lambda: None)
    assert time.monotonic() - started < 0.3
    with pytest.raises(RequestPoolClosedError):
        resting.result(0)


def test_threads_that_hang_do_not_hold_up_the_end() -> None:
    request_pool = RequestPool(1)
    never = threading.Event()
    hanging = request_pool.submit(never.wait)
    time.sleep(0.01)
    started = time.monotonic()
    request_pool.close(lambda: None)
    assert time.monotonic() - started < 2
    assert hanging.running()
    never.set()
