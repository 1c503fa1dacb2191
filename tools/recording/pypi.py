"""Asks PyPI, politely: few connections, retries with pauses, nothing twice."""

import asyncio
import hashlib
import zipfile
from types import TracebackType
from typing import Self

import httpx

from recording.page import ListedFile, ProjectPage, parse_page
from recording.wheel_tail import read_wheel_metadata

_ACCEPT = "application/vnd.pypi.simple.v1+json"
_ATTEMPTS = 6
_PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be gone a moment later."""


class PyPI:
    """A simple index in JSON. Use as an async context manager."""

    def __init__(
        self,
        index_url: str,
        *,
        connections: int,
        transport: httpx.AsyncBaseTransport | None = None,
        first_pause_seconds: float = 2.0,
    ) -> None:
        """Prepare to ask.

        Args:
            index_url: of the simple API, `https://pypi.org/simple`.
            connections: requests under way at once.
            transport: None for the network.
            first_pause_seconds: before the first retry; doubles with each further one.
        """
        self._index_url = index_url.rstrip("/")
        self._slots = asyncio.Semaphore(connections)
        self._first_pause_seconds = first_pause_seconds
        self._client = httpx.AsyncClient(
            timeout=60,
            follow_redirects=True,
            headers={"User-Agent": "flet-lock record_index"},
            transport=transport,
        )
        self.requests = 0
        """Requests sent."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def fetch_page(self, name: str) -> ProjectPage | None:
        """The page of a package; None where PyPI does not know it."""
        response = await self._get(f"{self._index_url}/{name}/", {"Accept": _ACCEPT})
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        response.raise_for_status()
        return parse_page(name, response.content)

    async def fetch_metadata(self, listed: ListedFile) -> bytes | None:
        """METADATA of a wheel: PEP 658 where there is one, else from the wheel's tail.

        None for a file that is listed but not there, or is not a readable wheel.
        """
        if listed.core_metadata:
            response = await self._get(f"{listed.url}.metadata", {})
            response.raise_for_status()
            if isinstance(listed.core_metadata, dict):
                promised = listed.core_metadata.get("sha256")
                if promised not in {None, hashlib.sha256(response.content).hexdigest()}:
                    raise ValueError(f"{listed.filename}: not the metadata that was promised")
            return response.content
        if listed.size is None:
            return None

        async def fetch_range(start: int, stop: int) -> bytes:
            response = await self._get(listed.url, {"Range": f"bytes={start}-{stop - 1}"})
            response.raise_for_status()
            if response.status_code == httpx.codes.PARTIAL_CONTENT:
                return response.content
            return response.content[start:stop]

        try:
            return await read_wheel_metadata(listed.size, fetch_range)
        except (zipfile.BadZipFile, httpx.HTTPStatusError):
            return None

    async def fetch_file(self, listed: ListedFile) -> bytes:
        """A whole file, verified."""
        response = await self._get(listed.url, {})
        response.raise_for_status()
        if hashlib.sha256(response.content).hexdigest() != listed.hashes["sha256"]:
            raise ValueError(f"{listed.filename}: not the bytes that were promised")
        return response.content

    async def _get(self, url: str, headers: dict[str, str]) -> httpx.Response:
        for attempt in range(1, _ATTEMPTS + 1):
            pause = self._first_pause_seconds * 2 ** (attempt - 1)
            async with self._slots:
                self.requests += 1
                try:
                    response = await self._client.get(url, headers=headers)
                except httpx.TransportError:
                    if attempt == _ATTEMPTS:
                        raise
                else:
                    if response.status_code not in _PASSING or attempt == _ATTEMPTS:
                        return response
                    given = response.headers.get("Retry-After", "")
                    pause = float(given) if given.isdigit() else pause
            await asyncio.sleep(pause)
        raise AssertionError("the last attempt returns or raises")
