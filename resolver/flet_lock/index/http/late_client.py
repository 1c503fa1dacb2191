"""The HTTP client of a run, made with its first request: what the cache answers needs none."""

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flet_lock.index.http.credentials import CredentialStore
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.model.event import Listener

if TYPE_CHECKING:  # a run without requests imports neither
    import httpx

    from flet_lock.index.http.client import HttpClient


class LateClient:
    """Makes one client for whoever asks first, in any thread."""

    def __init__(
        self,
        *,
        connections: int,
        credentials: CredentialStore,
        environ: Mapping[str, str],
        retry: RetryPolicy,
        traffic: Traffic,
        listener: Listener,
        rest: Callable[[float], None],
        transport: "httpx.BaseTransport | None",
    ) -> None:
        """Makes nothing yet. The arguments are those of `HttpClient`."""
        self._connections = connections
        self._credentials = credentials
        self._environ = environ
        self._retry = retry
        self._traffic = traffic
        self._listener = listener
        self._rest = rest
        self._transport = transport
        self._making = threading.Lock()
        self._client: HttpClient | None = None

    def get(self) -> "HttpClient":
        """The client."""
        with self._making:
            if self._client is None:
                from flet_lock.index.http.client import HttpClient  # noqa: PLC0415 - see above

                self._client = HttpClient(
                    connections=self._connections,
                    credentials=self._credentials,
                    environ=self._environ,
                    retry=self._retry,
                    traffic=self._traffic,
                    listener=self._listener,
                    rest=self._rest,
                    transport=self._transport,
                )
            return self._client

    def close(self) -> None:
        """Closes every connection, if there are any; requests under way fail."""
        with self._making:
            if self._client is not None:
                self._client.close()
