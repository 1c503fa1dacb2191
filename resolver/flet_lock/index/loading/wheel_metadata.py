"""METADATA of wheels: each is read once, of as little of a wheel as will do."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from flet_lock.boundary.urls import file_url_to_path
from flet_lock.index.cache import Cache, MetadataFields
from flet_lock.index.files.expected_file import expected_metadata_of, metadata_key
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.garbage import unreadable
from flet_lock.index.http.answer import NoMetadata
from flet_lock.index.loading.files import Files
from flet_lock.index.loading.transfers import Transfers, failed, settled, settled_by
from flet_lock.index.metadata.core_metadata import check_metadata, read_fields
from flet_lock.index.metadata.metadata_cache import MetadataCache
from flet_lock.integrity.verification import verify_bytes
from flet_lock.model.answer.rejection import MetadataMissing, Rejection
from flet_lock.model.errors.index import IndexFailure, OfflineMiss
from flet_lock.model.event import MetadataFetched
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.redaction import public_url

if TYPE_CHECKING:  # a run that is answered by the cache reads no wheel
    from flet_lock.index.metadata.remote_metadata import ReadWheel


class WheelMetadata:
    """METADATA of this run's wheels."""

    def __init__(
        self,
        transfers: Transfers,
        files: Files,
        workspace: Workspace,
        *,
        cache: Cache | None,
        offline: bool,
    ) -> None:
        """Reads nothing yet.

        Args:
            transfers: Does what takes a request.
            files: Brings whole wheels.
            workspace: Where parts of wheels lie.
            cache: None: nothing is kept, and nothing kept is used.
            offline: Nobody may be asked.
        """
        self._transfers = transfers
        self._files = files
        self._workspace = workspace
        self._offline = offline
        self._kept = None if cache is None else MetadataCache(cache)
        self._fields: dict[str, Future[MetadataFields]] = {}

    @property
    def are_identified(self) -> bool:
        """Whether all that was read has a digest by which it stays what it is."""
        return not any(key.startswith("url ") for key in self._fields)

    def close(self) -> None:
        """Writes what is to be kept."""
        if self._kept is not None:
            self._kept.write()

    def find(self, wheel: Wheel) -> CoreMetadata | Rejection:
        """What a wheel requires, verified against the index's hashes; waits."""
        try:
            fields = self._transfers.wait(self.expect(wheel))
            if self._kept is not None and self._transfers.is_idle:
                self._kept.write()  # while nobody waits for it
        except NoMetadata as error:
            return MetadataMissing(filename=wheel.filename, detail=str(error))
        return check_metadata(wheel, fields)

    def expect(self, wheel: Wheel) -> Future[MetadataFields]:
        """The headers of a wheel's METADATA, shared by wheels whose METADATA is the same."""
        key = metadata_key(wheel)
        shared = f"url {wheel.url}" if key is None else key
        future = self._fields.get(shared)
        if future is not None:
            return future
        kept = None if key is None or self._kept is None else self._kept.read(wheel.package, key)
        if kept is not None:
            self._transfers.count_cached()
            self._tell(wheel, 0, from_cache=True)
            future = settled(kept)
        elif self._files.is_here(wheel):
            future = settled_by(lambda: self._keep(wheel, key, self._read_here(wheel)))
        elif self._offline:
            future = failed(OfflineMiss(index=wheel.index, url=public_url(wheel.url)))
        else:
            future = self._transfers.submit(lambda: self._keep(wheel, key, self._fetch(wheel)))
        self._fields[shared] = future
        return future

    def text(self, wheel: Wheel) -> bytes:
        """METADATA itself, verified; waits. For what does not decide and is not kept: a licence.

        Raises:
            IndexFailure: it cannot be had.
            NoMetadata: the wheel has none.
        """
        return self._transfers.wait(self._start_text(wheel))

    def texts(self, wheels: Iterable[Wheel]) -> Iterator[tuple[Wheel, bytes]]:
        """METADATA of many wheels, requested concurrently; what cannot be had is left out."""
        for wheel, text in [(wheel, self._start_text(wheel)) for wheel in wheels]:
            try:
                yield wheel, self._transfers.wait(text)
            except (IndexFailure, NoMetadata):
                continue

    def read_parts(
        self, wheels: "Sequence[tuple[Wheel, ReadWheel]]", *, most_parts: int
    ) -> list[bytes]:
        """What is read of each wheel, of as few parts of it as its reader can do with; waits.

        Args:
            wheels: files of an index, and what reads each; called from several threads.
            most_parts: Range requests for one wheel; where more are needed, it is fetched whole.

        Raises:
            IndexFailure: a wheel could not be had.
        """
        futures = [self._start_parts(wheel, read, most_parts) for wheel, read in wheels]
        return [self._transfers.wait(each) for each in futures]

    def _start_text(self, wheel: Wheel) -> Future[bytes]:
        if self._files.is_here(wheel):
            return settled_by(lambda: self._read_here(wheel))
        if self._offline:
            return failed(OfflineMiss(index=wheel.index, url=public_url(wheel.url)))
        return self._transfers.submit(lambda: self._fetch(wheel))

    def _start_parts(self, wheel: Wheel, read: "ReadWheel", most_parts: int) -> Future[bytes]:
        def read_here() -> bytes:
            with self._files.bring(wheel).path.open("rb") as stream:
                return read(stream, wheel.package)

        def fetch() -> bytes:
            from flet_lock.index.metadata.remote_metadata import RemoteMetadata  # noqa: PLC0415

            path, client = self._workspace.new_path, self._transfers.client
            return RemoteMetadata(client, path, read=read, most_parts=most_parts).fetch_parts(wheel)

        if wheel.url.startswith("file:") or self._offline:
            return settled_by(read_here)
        return self._transfers.submit(fetch)

    def _read_here(self, wheel: Wheel) -> bytes:
        """METADATA of a wheel that is in the file system: of the file beside it, if promised.

        Raises:
            IndexFailure: a listed file is not there, or is another one.
            NoMetadata: the wheel has none.
        """
        promised = wheel.core_metadata
        try:
            if promised is not None and wheel.url.startswith("file:"):
                path = file_url_to_path(wheel.url)
                beside = path.with_name(f"{path.name}.metadata")
                if beside.is_file():
                    content = beside.read_bytes()
                    verify_bytes(content, expected_metadata_of(wheel, promised.hashes))
                    return content
            from flet_lock.index.metadata.wheel_tail import read_wheel_metadata  # noqa: PLC0415 - zipfile

            with self._files.bring(wheel).path.open("rb") as stream:
                return read_wheel_metadata(stream, wheel.package)
        except OSError as error:
            raise unreadable(wheel.index, wheel.url, error) from error

    def _fetch(self, wheel: Wheel) -> bytes:
        from flet_lock.index.metadata.remote_metadata import RemoteMetadata  # noqa: PLC0415 - needed late

        return RemoteMetadata(self._transfers.client, self._workspace.new_path).fetch(wheel)

    def _keep(self, wheel: Wheel, key: str | None, content: bytes) -> MetadataFields:
        fields = read_fields(content)
        if self._kept is not None and key is not None:
            self._kept.add(wheel.package, key, fields)
        self._tell(wheel, len(content), from_cache=False)
        return fields

    def _tell(self, wheel: Wheel, received: int, *, from_cache: bool) -> None:
        self._transfers.tell(
            MetadataFetched(filename=wheel.filename, bytes_received=received, from_cache=from_cache)
        )
