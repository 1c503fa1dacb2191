"""Files whose place is known already, from a lock: no page is asked for, no cache is used.

Each call waits in the thread it comes from; they share one pool of connections.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from flet_lock.index.address import HttpAddress, parse_address
from flet_lock.index.http.credentials import CredentialStore
from flet_lock.index.http.late_client import LateClient
from flet_lock.index.http.request_pool import RequestPoolClosedError
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.model.app.settings import Index
from flet_lock.model.event import Listener

if TYPE_CHECKING:  # a run whose files are all here imports none of it
    import httpx


class FileServer:
    """Fetches files by their URLs, as whoever the settings make of us."""

    def __init__(
        self,
        *,
        indexes: Sequence[Index],
        connections: int,
        environ: Mapping[str, str],
        root: Path,
        listener: Listener,
        retry: RetryPolicy | None = None,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """Sets up; asks nothing yet.

        Args:
            indexes: Their credentials may be sent to their hosts.
            connections: Requests under way at once.
            environ: Credentials, proxies and certificates.
            root: The project's folder, where relative directories start.
            listener: Is told of requests that are sent again; called from another thread.
            retry: None: the default policy.
            transport: Takes the place of the network.
        """
        self.traffic = Traffic()
        """What was asked so far."""
        addresses = [parse_address(index, root) for index in indexes]
        credentials = CredentialStore(
            [address for address in addresses if isinstance(address, HttpAddress)], environ
        )
        self._closing = threading.Event()
        self._client = LateClient(
            connections=connections,
            credentials=credentials,
            environ=environ,
            retry=retry or RetryPolicy(),
            traffic=self.traffic,
            listener=listener,
            rest=self._rest,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every request. May be called again."""
        self._closing.set()
        self._client.close()

    def fetch(
        self, url: str, *, index: str | None, begin: Callable[[], Callable[[bytes], object]]
    ) -> bool:
        """Downloads a file and waits for it; see `download`.

        Raises:
            IndexFailure: it cannot be had.
        """
        from flet_lock.index.files.download import download  # noqa: PLC0415 - see above

        return download(self._client.get(), url, index=index, begin=begin)

    def _rest(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise RequestPoolClosedError
