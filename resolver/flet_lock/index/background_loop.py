"""An event loop in a thread of its own: concurrency inside, plain calls outside.

Nothing is left behind: closing cancels what is under way, waits for it to unwind, and ends the
thread. A failure that nobody asked about is kept in its future and never printed.
"""

import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:  # imported with the first coroutine: a run without requests does without
    import asyncio

_P = ParamSpec("_P")
_T = TypeVar("_T")


class BackgroundLoop:
    """Runs coroutines. Starts with the first one, so a run that needs none pays nothing."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._executor: ThreadPoolExecutor | None = None
        self._closed = False

    @property
    def started(self) -> bool:
        """Whether there is a thread."""
        return self._thread is not None

    def submit(self, coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Starts a coroutine; returns at once."""
        if self._closed:
            coroutine.close()
            raise RuntimeError("the loop is closed")
        if self._loop is None:
            self._start()
        assert self._loop is not None  # noqa: S101 - for the type checker: started above
        import asyncio  # noqa: PLC0415 - see above

        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, work: Callable[[], object]) -> None:
        """Has something done in the loop's thread, soon; nothing without a loop."""
        if self._loop is not None and not self._closed:
            self._loop.call_soon_threadsafe(work)

    def _start(self) -> None:
        import asyncio  # noqa: PLC0415 - see above

        loop = asyncio.new_event_loop()
        executor = _LookupExecutor()
        loop.set_default_executor(executor)
        ready = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(loop)
            loop.call_soon(ready.set)
            loop.run_forever()

        thread = threading.Thread(target=run, name="flet-lock-index", daemon=True)
        thread.start()
        ready.wait()
        self._loop, self._thread, self._executor = loop, thread, executor

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Cancels everything, waits for it to unwind, runs `last` in the loop, ends the thread."""
        if self._closed:
            return
        self._closed = True
        loop, thread, executor = self._loop, self._thread, self._executor
        if loop is None or thread is None or executor is None:
            return
        import asyncio  # noqa: PLC0415 - see above

        unwound = asyncio.run_coroutine_threadsafe(_unwind(last), loop)
        try:
            unwound.result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            executor.shutdown(wait=False, cancel_futures=True)
            loop.close()


class _LookupExecutor(ThreadPoolExecutor):
    """Runs name look-ups and questions to the keyring, each in a daemon thread.

    The threads of the base class are joined when the interpreter ends: a look-up that hangs would
    hold up Ctrl-C until it gives up. The number of requests bounds the number of threads.
    """

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Starts a call; returns at once."""
        future: Future[_T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = work(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 - raised where the result is asked for
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="flet-lock-lookup", daemon=True).start()
        return future


async def _unwind(last: Callable[[], Coroutine[Any, Any, None]]) -> None:
    import asyncio  # noqa: PLC0415 - see above

    own = asyncio.current_task()
    tasks = [task for task in asyncio.all_tasks() if task is not own]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await last()
    await asyncio.get_running_loop().shutdown_asyncgens()
