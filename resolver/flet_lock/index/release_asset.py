"""Downloads a small file of a release: python-build's manifest."""

from collections.abc import Callable, Mapping
from typing import Final

from flet_lock.index.garbage import too_large
from flet_lock.index.http.answer import BodyTooLarge
from flet_lock.index.http.credentials import CredentialStore
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.model.event import Listener

MANIFEST_URL: Final = (
    "https://github.com/flet-dev/python-build/releases/download/{date}/manifest.json"
)
"""flet-cli, `utils/python_versions.py`."""
_MOST_BYTES: Final = 1024 * 1024


def download_release_asset(url: str, *, environ: Mapping[str, str], listener: Listener) -> bytes:
    """The file's bytes; asked for once, without retries: there is another copy.

    Args:
        url: where it is.
        environ: proxies and certificates.
        listener: as for `HttpClient`.

    Raises:
        IndexFailure: it cannot be had.
    """
    from flet_lock.index.http.client import HttpClient  # noqa: PLC0415 - once per version of Flet

    found = bytearray()

    def receive(_status: int, _headers: Mapping[str, str]) -> Callable[[bytes], object]:
        found.clear()

        def take(chunk: bytes) -> None:
            if len(found) + len(chunk) > _MOST_BYTES:
                raise BodyTooLarge
            found.extend(chunk)

        return take

    client = HttpClient(
        connections=1,
        credentials=CredentialStore([], environ),
        environ=environ,
        retry=RetryPolicy(attempts=1),
        traffic=Traffic(),
        listener=listener,
        rest=lambda _seconds: None,
    )
    with client:
        try:
            client.fetch(url, index=None, headers={}, receive=receive)
        except BodyTooLarge as error:
            raise too_large(None, url, _MOST_BYTES) from error
    return bytes(found)
