"""METADATA of a wheel on a server: PEP 658 file, else the wheel's tail, else the whole wheel."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from packaging.utils import NormalizedName

from flet_lock.index.files.download import (
    GONE,
    MAX_FILE_BYTES,
    NOT_COMPRESSED,
    bounded,
    fetch_file,
)
from flet_lock.index.files.expected_file import expected_file_of, expected_metadata_of
from flet_lock.index.garbage import not_there, too_large
from flet_lock.index.http.answer import MAX_BODY_BYTES, BodyTooLarge, NoMetadata
from flet_lock.integrity.file_sink import FileSink
from flet_lock.integrity.verification import LocalFile, verify_bytes
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.lazy_regex import lazy_regex

if TYPE_CHECKING:  # it brings what a run that is answered by the cache does without
    from flet_lock.index.http.client import HttpClient
    from flet_lock.index.metadata.wheel_tail import PartialFile

TAIL_BYTES = 32 * 1024
"""First guess: holds table of contents and METADATA of nearly every wheel. A wheel that is no
larger than this is fetched whole, and can then be verified."""
_MAX_PARTS = 6
"""Range requests for one wheel: tail, table of contents, METADATA, and some for odd archives."""
_NO_FILE = frozenset({401, 403, 404, 410})
"""The metadata file is not to be had; some hosts refuse what they do not have. Whether the index
refuses *us* shows at the wheel itself."""
_CONTENT_RANGE = lazy_regex(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")
_OK = 200
_PARTIAL = 206
# What servers say to ranges they do not like; the whole wheel is asked for then.
_NO_RANGE = frozenset({400, 405, 416, 501})


class ReadWheel(Protocol):
    """Reads something of a wheel, or of its parts."""

    def __call__(self, file: "IO[bytes] | PartialFile", package: NormalizedName, /) -> bytes:
        """What was found, encoded.

        Raises:
            NoMetadata: it is not there.
            NeedBytes: a part of a `PartialFile` is needed that is not at hand.
        """
        ...


class RemoteMetadata:
    """Fetches METADATA of wheels, or what another function reads of them."""

    def __init__(
        self,
        client: "HttpClient",
        new_path: Callable[[], Path],
        *,
        read: ReadWheel | None = None,
        most_parts: int = _MAX_PARTS,
    ) -> None:
        self._client = client
        self._new_path = new_path
        """A path for a temporary file; the file is removed here."""
        self._read = read
        self._most_parts = most_parts

    def fetch(self, wheel: Wheel) -> bytes:
        """The bytes of METADATA, verified where the index gives a hash for what was read.

        Raises:
            IndexFailure: it could not be found out.
            NoMetadata: the wheel has none.
        """
        if wheel.core_metadata is not None:
            content = self._from_metadata_file(wheel, wheel.core_metadata.hashes)
            if content is not None:
                return content
        if wheel.size is None or wheel.size > TAIL_BYTES:
            content = self._from_parts(wheel)
            if content is not None:
                return content
        return self._from_whole(wheel)

    def fetch_parts(self, wheel: Wheel) -> bytes:
        """What `read` makes of a wheel: of as few parts as it can do with, else of all of it.

        Raises:
            IndexFailure: the wheel could not be had.
        """
        if wheel.size is None or wheel.size > TAIL_BYTES:
            content = self._from_parts(wheel)
            if content is not None:
                return content
        return self._from_whole(wheel)

    def _from_metadata_file(self, wheel: Wheel, hashes: Mapping[str, str]) -> bytes | None:
        """PEP 658. None: it is not there."""
        expected = expected_metadata_of(wheel, hashes)
        try:
            answer = self._client.fetch(
                expected.url, index=wheel.index, headers={}, accept=_NO_FILE
            )
        except BodyTooLarge:
            raise too_large(wheel.index, expected.url, MAX_BODY_BYTES) from None
        if answer.status in _NO_FILE:
            return None
        verify_bytes(answer.content, expected)
        return answer.content

    def _from_parts(self, wheel: Wheel) -> bytes | None:
        """Range reads (RFC 9110, section 14). None: this server does not do them."""
        from flet_lock.index.metadata.wheel_tail import (  # noqa: PLC0415 - most indexes have PEP 658 files
            NeedBytes,
            PartialFile,
        )

        tail = self._tail(wheel)
        if not isinstance(tail, PartialFile):
            return tail
        for _ in range(self._most_parts):
            try:
                return self._reader(tail, wheel.package)
            except NeedBytes as need:
                part = self._part(wheel, f"bytes={need.start}-{need.end - 1}")
                if not isinstance(part, _Part):
                    return part
                if part.start != need.start or part.end < need.end or part.total != tail.size:
                    return None
                tail.add(part.start, part.content)
            except NoMetadata:
                return None  # said on the ground of unverified parts: look at the whole wheel
        return None

    def _tail(self, wheel: Wheel) -> "PartialFile | bytes | None":
        from flet_lock.index.metadata.wheel_tail import PartialFile  # noqa: PLC0415 - see above

        # A suffix range (`bytes=-n`) is not known to every server, so a known size is used.
        if wheel.size is None:
            wanted = f"bytes=-{TAIL_BYTES}"
        else:
            wanted = f"bytes={wheel.size - TAIL_BYTES}-{wheel.size - 1}"
        part = self._part(wheel, wanted)
        if not isinstance(part, _Part):
            return part
        if part.end != part.total or (wheel.size is not None and part.total != wheel.size):
            return None
        return PartialFile(part.total, [(part.start, part.content)])

    def _part(self, wheel: Wheel, wanted: str) -> "_Part | bytes | None":
        """One range; METADATA where the server sent the whole wheel instead; None: neither."""
        path = self._new_path()
        try:
            with FileSink(path, expected_file_of(wheel)) as whole:
                part = _PartReceive(whole)
                answer = self._client.fetch(
                    wheel.url,
                    index=wheel.index,
                    headers={"Range": wanted, **NOT_COMPRESSED},
                    accept=_NO_RANGE | GONE,
                    receive=part,
                )
                if answer.status == _PARTIAL:
                    return _read_part(answer.headers, b"".join(part.chunks))
                return self._of_file(whole.finish(), wheel) if answer.status == _OK else None
        except BodyTooLarge:
            raise too_large(wheel.index, wheel.url, MAX_FILE_BYTES) from None
        finally:
            path.unlink(missing_ok=True)

    @property
    def _reader(self) -> "ReadWheel":
        from flet_lock.index.metadata.wheel_tail import read_wheel_metadata  # noqa: PLC0415 - see above

        return read_wheel_metadata if self._read is None else self._read

    def _of_file(self, file: LocalFile, wheel: Wheel) -> bytes:
        with file.path.open("rb") as stream:
            return self._reader(stream, wheel.package)

    def _from_whole(self, wheel: Wheel) -> bytes:
        path = self._new_path()
        try:
            file = fetch_file(self._client, expected_file_of(wheel), path)
            if file is None:
                raise not_there(wheel.index, wheel.url)
            return self._of_file(file, wheel)
        finally:
            path.unlink(missing_ok=True)


class _Part:
    """Bytes of a file, and where they stand."""

    def __init__(self, start: int, total: int, content: bytes) -> None:
        self.start = start
        self.end = start + len(content)
        self.total = total
        self.content = content


def _read_part(headers: Mapping[str, str], content: bytes) -> _Part | None:
    """A 206 as a part; None where its Content-Range is not what it brings."""
    match = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
    if match is None:
        return None
    start, last, total = (int(number) for number in match.groups())
    if last - start + 1 != len(content) or last >= total:
        return None
    return _Part(start, total, content)


class _PartReceive:
    """Takes a part into memory; the whole wheel, if the server sends that, into a file."""

    def __init__(self, whole: FileSink) -> None:
        self._whole = whole
        self.chunks: list[bytes] = []
        self._size = 0

    def __call__(self, status: int, _headers: Mapping[str, str]) -> Callable[[bytes], object]:
        self.chunks = []
        self._size = 0
        return self._take if status == _PARTIAL else bounded(self._whole.begin())

    def _take(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > MAX_BODY_BYTES:
            raise BodyTooLarge
        self.chunks.append(chunk)
