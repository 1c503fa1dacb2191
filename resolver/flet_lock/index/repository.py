"""All indexes of a run as one source of candidates: what `resolution` asks of the world.

Plain calls outside; a crew of threads inside, whose requests share a pool of connections. Each
thing is asked for once. What the cache answers needs neither threads nor an HTTP library. A failure
of something that was only expected is raised when it is asked for.

One thread uses a repository at a time; events reach the listener on that thread.
"""

import queue
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.boundary.urls import file_url_to_path
from flet_lock.index.address import (
    Credentials,
    DirectoryAddress,
    HttpAddress,
    parse_address,
)
from flet_lock.index.cache import Cache, MetadataFields
from flet_lock.index.directory_index import DirectoryIndex
from flet_lock.index.files.expected_file import (
    ExpectedFile,
    expected_file_of,
    expected_metadata_of,
    metadata_key,
)
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.garbage import not_there, unreadable
from flet_lock.index.http.answer import NoMetadata
from flet_lock.index.http.credentials import CredentialStore, basic_authorization
from flet_lock.index.http.late_client import LateClient
from flet_lock.index.http.request_pool import RequestPool
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.index.http_index import HttpIndex
from flet_lock.index.metadata.core_metadata import check_metadata, read_fields
from flet_lock.index.metadata.metadata_cache import MetadataCache
from flet_lock.index.pages.page_rows import IndexPage, assemble_listing
from flet_lock.integrity.verification import LocalFile, verify_bytes, verify_file
from flet_lock.model.answer.answer_dependencies import KeptPage
from flet_lock.model.answer.rejection import MalformedRow, MetadataMissing, Rejection
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexFailure, OfflineMiss
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Event, Listener, MetadataFetched, PageFetched
from flet_lock.model.index.artifact import Artifact, SourceTree, Wheel
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.redaction import public_url

if TYPE_CHECKING:  # a run that is answered by the cache never imports httpx
    import httpx

    from flet_lock.index.metadata.remote_metadata import ReadWheel
    from flet_lock.index.sources.direct_reference import DirectReferences
    from flet_lock.index.sources.source_artifacts import Sources

_T = TypeVar("_T")

_WAKE_SECONDS = 0.2
"""Windows delivers Ctrl-C only between two waits."""


class Repository:
    """Satisfies `resolution.source.CandidateSource`."""

    def __init__(
        self,
        *,
        indexes: Sequence[Index],
        sources: Mapping[NormalizedName, str],
        cache: Cache | None,
        connections: int,
        cache_limit_bytes: int = 0,
        offline: bool,
        refresh: bool,
        listener: Listener,
        environ: Mapping[str, str],
        root: Path,
        retry: RetryPolicy | None = None,
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """Sets up; asks nothing yet.

        Args:
            indexes: In order of preference.
            sources: Package to the name of the one index that may serve it.
            cache: None: nothing is kept, and nothing kept is used.
            connections: Requests under way at once.
            cache_limit_bytes: What the cache is kept below; 0: no bound.
            offline: Only the cache and local files are read; stale entries are good enough.
            refresh: Every page is asked for again, however fresh.
            listener: Called on the thread that uses the repository.
            environ: Credentials, proxies and certificates.
            root: The project's folder, where relative directories start.
            retry: None: the default policy.
            transport: Takes the place of the network.

        Raises:
            UsageError: an index has no usable address, or `sources` names one that does not exist.
        """
        self.traffic = Traffic()
        """What was asked so far."""
        self._cache = cache
        self._cache_limit_bytes = cache_limit_bytes
        self._offline = offline
        self._refresh = refresh
        self._listener = listener
        self._environ = environ
        self._root = root
        self._sources = dict(sources)
        self._open_indexes = tuple(index.name for index in indexes if not index.explicit)
        addresses = [parse_address(index, root) for index in indexes]
        web = [address for address in addresses if isinstance(address, HttpAddress)]
        self._credentials = CredentialStore(web, environ)
        self._indexes: dict[str, HttpIndex | DirectoryIndex] = {
            address.name: DirectoryIndex(address, cache=cache)
            if isinstance(address, DirectoryAddress)
            else self._http_index(address)
            for address in addresses
        }
        for package, name in self._sources.items():
            if name not in self._indexes:
                raise UsageError(
                    option="sources",
                    value=f"{package} = {name}",
                    detail="there is no index of this name",
                    choices=tuple(self._indexes),
                )
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._workspace = Workspace()
        self._crew = RequestPool(connections)
        self._under_way: set[Future[Any]] = set()
        self._client = LateClient(
            connections=connections,
            credentials=self._credentials,
            environ=environ,
            retry=retry or RetryPolicy(),
            traffic=self.traffic,
            listener=self._events.put,
            rest=self._crew.rest,
            transport=transport,
        )
        self._pages: dict[tuple[str, NormalizedName], Future[IndexPage]] = {}
        self._unconfirmed: set[tuple[str, NormalizedName]] = set()
        """"Not here" answers out of the cache that were not asked again in this run."""
        self._roots_sought: set[str] = set()
        """Indexes whose layout somebody is finding out."""
        self._listings: dict[NormalizedName, Listing] = {}
        self._fields: dict[str, Future[MetadataFields]] = {}
        self._shelf = None if cache is None else MetadataCache(cache)
        self._metadata: dict[tuple[str | None, str], CoreMetadata | Rejection] = {}
        self._sources_made: Sources | None = None
        self._direct_made: DirectReferences | None = None
        self._sources_read = False
        self._direct_artifacts: dict[tuple[NormalizedName, str], Artifact] = {}
        self._verified: dict[str, LocalFile] = {}
        self._deadline: float | None = None

    @property
    def _built(self) -> "Sources":
        """What builds; made late, since few apps need anything built."""
        if self._sources_made is None:
            from flet_lock.index.sources.source_artifacts import Sources  # noqa: PLC0415 - see above

            self._sources_made = Sources(
                fetch=self._bring,
                cache=self._cache,
                workspace=self._workspace,
                listener=self._listener,
                environ=self._environ,
                offline=self._offline,
            )
        return self._sources_made

    @property
    def _direct(self) -> "DirectReferences":
        """What reads direct references; made late, since few apps have any."""
        if self._direct_made is None:
            from flet_lock.index.sources.direct_reference import DirectReferences  # noqa: PLC0415

            self._direct_made = DirectReferences(
                download=self._download,
                sources=self._built,
                workspace=self._workspace,
                environ=self._environ,
                root=self._root,
                offline=self._offline,
            )
        return self._direct_made

    @property
    def _direct_files(self) -> Mapping[str, LocalFile]:
        """Files of direct references that are here, by URL."""
        return {} if self._direct_made is None else self._direct_made.files

    def _http_index(self, address: HttpAddress) -> HttpIndex:
        credentials = self._credentials.for_url(address.base, address.name)
        return HttpIndex(
            address,
            authorization=None if credentials is None else basic_authorization(credentials),
            cache=self._cache,
            offline=self._offline,
            refresh=self._refresh,
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
        """Ends every request and the threads, deletes temporary files. May be called again."""
        try:
            self._crew.close(self._client.close)
            if self._shelf is not None:
                self._shelf.write()
            if self._cache is not None and self.traffic.requests:  # else nothing came in
                from flet_lock.index.cache_bound import bound_cache  # noqa: PLC0415

                bound_cache(self._cache.directory, limit_bytes=self._cache_limit_bytes)
        finally:
            self._workspace.close()

    @contextmanager
    def patient_until(self, deadline: float) -> Iterator[None]:
        """Waits for nothing beyond a moment (`time.monotonic`); what is under way goes on.

        Inside, every method that waits may raise `TimeoutError`.
        """
        before, self._deadline = self._deadline, deadline
        try:
            yield
        finally:
            self._deadline = before

    # Releases

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package over all indexes that may serve it; waits."""
        known = self._listings.get(package)
        if known is not None:
            return known
        names = self._indexes_for(package)
        self._expect_pages(names, package)
        pages = [self._wait(self._pages[name, package]) for name in names]
        if all(page.digest is None for page in pages):
            # Nobody has it, says the cache: before that fails a run, those indexes are asked.
            # Somebody may have uploaded it just now, because of that very failure.
            doubtful = [name for name in names if (name, package) in self._unconfirmed]
            for name in doubtful:
                self._ask_page(name, package)
            pages = [self._wait(self._pages[name, package]) for name in names]
        listing = self._listings[package] = assemble_listing(package, pages)
        return listing

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        """Starts asking for pages that will be needed; returns at once."""
        for package in packages:
            if package not in self._listings:
                self._expect_pages(self._indexes_for(package), package)

    def _indexes_for(self, package: NormalizedName) -> tuple[str, ...]:
        pinned = self._sources.get(package)
        return self._open_indexes if pinned is None else (pinned,)

    def _expect_pages(self, names: Sequence[str], package: NormalizedName) -> None:
        for name in names:
            if (name, package) in self._pages:
                continue
            index = self._indexes[name]
            if isinstance(index, DirectoryIndex):
                self._pages[name, package] = _settled(lambda: self._read_page(index, package))  # noqa: B023 - called at once
                continue
            try:
                page = index.cached(package)
            except OfflineMiss as error:
                self._pages[name, package] = _failed(error)
                continue
            if page is None:
                self._ask_page(name, package)
                continue
            self.traffic.from_cache += 1
            self._events.put(PageFetched(package=package, index=name, from_cache=True))
            self._pages[name, package] = _settled(lambda: page)  # noqa: B023 - called at once
            if page.digest is None and not self._offline:
                self._unconfirmed.add((name, package))

    def _read_page(self, index: DirectoryIndex, package: NormalizedName) -> IndexPage:
        page, from_cache = index.page(package)
        self.traffic.from_cache += from_cache
        self._events.put(PageFetched(package=package, index=index.name, from_cache=from_cache))
        return page

    def _ask_page(self, name: str, package: NormalizedName) -> None:
        index = self._indexes[name]
        assert isinstance(index, HttpIndex)  # noqa: S101 - directories are read, not asked
        self._unconfirmed.discard((name, package))

        if index.needs_root and name not in self._roots_sought:
            self._roots_sought.add(name)
            self._submit(lambda: index.find_root(self._client.get()))

        def ask() -> IndexPage:
            page = index.ask(self._client.get(), package)
            self._events.put(PageFetched(package=package, index=name, from_cache=False))
            return page

        self._pages[name, package] = self._submit(ask)

    def kept_pages(self) -> tuple[KeptPage, ...] | None:
        """The pages that this run's answers rest on, with those that say "not here".

        None where they rest on more: on folders, on sources that were built, on files that
        nothing identifies, on pages that may not be kept. What was read of files by their
        digest needs no mention: it stays what it is.
        """
        if self._cache is None or self._offline or self._refresh or self._direct_artifacts:
            return None
        if not all(isinstance(i, HttpIndex) and i.keeps_all for i in self._indexes.values()):
            return None
        if self._sources_read or any(key.startswith("url ") for key in self._fields):
            return None
        return self._cache.kept_pages()

    @property
    def has_unknown(self) -> bool:
        """Whether some package was asked for that no index knows."""
        return any(not listing.versions for listing in self._listings.values())

    # Metadata

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a file requires, verified against the index's hashes; waits."""
        key = (artifact.index, artifact.url)
        known = self._metadata.get(key)
        if known is None:
            known = self._metadata[key] = self._find_metadata(artifact)
        return known

    def expect_metadata(self, artifacts: Iterable[Artifact]) -> None:
        """Starts reading metadata of wheels that will be needed; returns at once."""
        for artifact in artifacts:
            known = (artifact.index, artifact.url) in self._metadata
            if isinstance(artifact, Wheel) and not known and self._fault_of(artifact) is None:
                self._expect_fields(artifact)

    def _fault_of(self, artifact: Artifact) -> str | None:
        """What is wrong with the index's row of a file; None for nothing."""
        listing = self._listings.get(artifact.package)
        return None if listing is None else listing.faults.get(artifact.url)

    def _find_metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        fault = self._fault_of(artifact)
        if fault is not None:
            return MalformedRow(filename=artifact.filename, detail=fault)
        if not isinstance(artifact, Wheel):
            self._sources_read = True
            return self._built.metadata(artifact)
        try:
            fields = self._wait(self._expect_fields(artifact))
            if self._shelf is not None and not self._under_way:
                self._shelf.write()  # while nobody waits for it
        except NoMetadata as error:
            return MetadataMissing(filename=artifact.filename, detail=str(error))
        return check_metadata(artifact, fields)

    def _expect_fields(self, wheel: Wheel) -> Future[MetadataFields]:
        """The headers of a wheel's METADATA, shared by wheels whose METADATA is the same."""
        key = metadata_key(wheel)
        shared = f"url {wheel.url}" if key is None else key
        future = self._fields.get(shared)
        if future is not None:
            return future
        kept = None if key is None or self._shelf is None else self._shelf.read(wheel.package, key)
        if kept is not None:
            self.traffic.from_cache += 1
            self._events.put(
                MetadataFetched(filename=wheel.filename, bytes_received=0, from_cache=True)
            )
            future = _settled(lambda: kept)
        elif wheel.url.startswith("file:") or wheel.url in self._direct_files:
            future = _settled(lambda: self._keep_fields(wheel, key, self._read_here(wheel)))
        elif self._offline:
            future = _failed(OfflineMiss(index=wheel.index, url=public_url(wheel.url)))
        else:
            future = self._submit(lambda: self._fetch_fields(wheel, key))
        self._fields[shared] = future
        return future

    def _read_here(self, wheel: Wheel) -> bytes:
        """METADATA of a wheel that is in the file system: of the file beside it, if promised.

        Raises:
            IndexFailure: a listed file is not there, or is another one.
            NoMetadata: the wheel has none.
        """
        promise = wheel.core_metadata
        try:
            if promise is not None and wheel.url.startswith("file:"):
                path = file_url_to_path(wheel.url)
                beside = path.with_name(f"{path.name}.metadata")
                if beside.is_file():
                    content = beside.read_bytes()
                    verify_bytes(content, expected_metadata_of(wheel, promise.hashes))
                    return content
            from flet_lock.index.metadata.wheel_tail import read_wheel_metadata  # noqa: PLC0415 - zipfile

            with self._bring(wheel).path.open("rb") as stream:
                return read_wheel_metadata(stream, wheel.package)
        except OSError as error:
            raise unreadable(wheel.index, wheel.url, error) from error

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
        futures = [self._parts(wheel, read, most_parts) for wheel, read in wheels]
        return [self._wait(each) for each in futures]

    def _parts(self, wheel: Wheel, read: "ReadWheel", most_parts: int) -> Future[bytes]:
        def read_here() -> bytes:
            with self._bring(wheel).path.open("rb") as stream:
                return read(stream, wheel.package)

        def fetch() -> bytes:
            from flet_lock.index.metadata.remote_metadata import RemoteMetadata  # noqa: PLC0415

            path, client = self._workspace.new_path, self._client.get()
            return RemoteMetadata(client, path, read=read, most_parts=most_parts).fetch_parts(wheel)

        if wheel.url.startswith("file:") or self._offline:
            return _settled(read_here)
        return self._submit(fetch)

    def metadata_bytes(self, wheel: Wheel) -> bytes:
        """METADATA itself, verified; waits. For what does not decide and is not kept: a licence.

        Raises:
            IndexFailure: it cannot be had.
            NoMetadata: the wheel has none.
        """
        return self._wait(self._text(wheel))

    def metadata_texts(self, wheels: Iterable[Wheel]) -> Iterator[tuple[Wheel, bytes]]:
        """METADATA of many wheels, requested concurrently; what cannot be had is left out."""
        for wheel, text in [(wheel, self._text(wheel)) for wheel in wheels]:
            try:
                yield wheel, self._wait(text)
            except (IndexFailure, NoMetadata):
                continue

    def _text(self, wheel: Wheel) -> Future[bytes]:
        if wheel.url.startswith("file:") or wheel.url in self._direct_files:
            return _settled(lambda: self._read_here(wheel))
        if self._offline:
            return _failed(OfflineMiss(index=wheel.index, url=public_url(wheel.url)))
        return self._submit(lambda: self._fetch_metadata(wheel))

    def _fetch_fields(self, wheel: Wheel, key: str | None) -> MetadataFields:
        return self._keep_fields(wheel, key, self._fetch_metadata(wheel))

    def _fetch_metadata(self, wheel: Wheel) -> bytes:
        from flet_lock.index.metadata.remote_metadata import RemoteMetadata  # noqa: PLC0415 - needed late

        return RemoteMetadata(self._client.get(), self._workspace.new_path).fetch(wheel)

    def _keep_fields(self, wheel: Wheel, key: str | None, content: bytes) -> MetadataFields:
        fields = read_fields(content)
        if self._shelf is not None and key is not None:
            self._shelf.add(wheel.package, key, fields)
        self._events.put(
            MetadataFetched(filename=wheel.filename, bytes_received=len(content), from_cache=False)
        )
        return fields

    # Whole files

    def direct_artifact(self, package: NormalizedName, url: str) -> Artifact:
        """The file, folder or checkout behind `package @ url`; waits.

        A file is fetched whole: its hash and size become part of the lock.
        """
        key = (package, url)
        found = self._direct_artifacts.get(key)
        if found is None:
            found = self._direct_artifacts[key] = self._direct.resolve(package, url)
        return found

    def metadata_as_written(self, artifact: Artifact) -> CoreMetadata | None:
        """What an sdist says of itself, with nothing of it run; see `Sources`."""
        return self._built.metadata_as_written(artifact)

    def impure_source(self, artifact: Artifact) -> Rejection | None:
        """Builds an sdist or source tree and says why it may not go on a phone, if so."""
        return None if isinstance(artifact, Wheel) else self._built.impurity(artifact)

    def hashed(self, artifact: Artifact) -> Artifact:
        """The artifact with its sha256 and size, which a lock needs; waits.

        Where the index says both, that is the same artifact. Where it does not (folders of wheels,
        pages without hashes), the file is read whole. Source trees have neither.

        Raises:
            IndexFailure: the file cannot be had.
        """
        if isinstance(artifact, SourceTree) or (artifact.sha256 and artifact.size is not None):
            return artifact
        file = self._bring(artifact)
        return replace(artifact, hashes={**artifact.hashes, "sha256": file.sha256}, size=file.size)

    def local_copies(
        self, artifacts: Iterable[Artifact], *, seconds: float
    ) -> dict[str, Path | IndexFailure | None]:
        """Where files are on this machine, fetched side by side and verified; waits.

        The copies are gone when the repository is closed.

        Args:
            artifacts: Files of an index; folders and checkouts are none.
            seconds: For all of them together.

        Returns:
            For each URL: a path, why there is none, or None for a file that was not here in time.
        """
        deadline = time.monotonic() + seconds
        here: dict[str, Path | IndexFailure | None] = {}
        pending: dict[str, tuple[Artifact, Future[LocalFile | None]]] = {}
        for artifact in artifacts:
            url = artifact.url
            known = url in self._verified or url in self._direct_files
            if known or url.startswith("file:") or self._offline:
                try:
                    here[url] = self._bring(artifact).path
                except IndexFailure as error:
                    here[url] = error
            elif url not in pending:
                pending[url] = (artifact, self._start_download(expected_file_of(artifact)))
        for url, (artifact, future) in pending.items():
            here[url] = None
            try:
                file = self._wait(future, max(deadline - time.monotonic(), 0.0))
            except TimeoutError:
                future.cancel()
            except IndexFailure as error:
                here[url] = error
            else:
                if file is None:
                    here[url] = not_there(artifact.index, artifact.url)
                else:
                    self._verified[url] = file
                    here[url] = file.path
        return here

    def _bring(self, artifact: Artifact) -> LocalFile:
        """The file of an artifact, verified, wherever it comes from."""
        here = self._direct_files.get(artifact.url) or self._verified.get(artifact.url)
        if here is not None:
            return here
        promise = expected_file_of(artifact)
        if artifact.url.startswith("file:"):
            try:
                file = verify_file(file_url_to_path(artifact.url), promise)
            except OSError as error:
                raise unreadable(artifact.index, artifact.url, error) from error
        else:
            if self._offline:
                raise OfflineMiss(index=artifact.index, url=public_url(artifact.url))
            fetched = self._download(promise, None)
            if fetched is None:
                raise not_there(artifact.index, artifact.url)
            file = fetched
        self._verified[artifact.url] = file
        return file

    def _download(self, promise: ExpectedFile, credentials: Credentials | None) -> LocalFile | None:
        if credentials is not None:
            self._credentials.remember(promise.url, credentials)
        return self._wait(self._start_download(promise))

    def _start_download(self, promise: ExpectedFile) -> Future[LocalFile | None]:
        from flet_lock.index.files.download import fetch_file  # noqa: PLC0415 - needed late

        path = self._workspace.new_path()
        return self._submit(lambda: fetch_file(self._client.get(), promise, path))

    # Waiting

    def _submit(self, work: Callable[[], _T]) -> Future[_T]:
        """Has something done by the crew."""
        future = self._crew.submit(work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def _wait(self, future: Future[_T], seconds: float | None = None) -> _T:
        """The result of a future; hands out events meanwhile.

        Raises:
            TimeoutError: `seconds`, or the patience of `patient_until`, are over.
        """
        if not future.done():
            limits = [] if self._deadline is None else [self._deadline]
            limits += [] if seconds is None else [time.monotonic() + seconds]
            deadline = min(limits, default=None)
            self._crew.hurry(future)
            future.add_done_callback(lambda _: self._events.put(None))
            while not future.done():
                left = _WAKE_SECONDS if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                try:
                    event = self._events.get(timeout=min(left, _WAKE_SECONDS))
                except queue.Empty:
                    continue
                if event is not None:
                    self._listener(event)
        while not self._events.empty():
            event = self._events.get()
            if event is not None:
                self._listener(event)
        return future.result()


def _settled(work: Callable[[], _T]) -> Future[_T]:
    """A future that is done: with the result of `work`, or with what it raised."""
    future: Future[_T] = Future()
    try:
        future.set_result(work())
    except Exception as error:  # noqa: BLE001 - raised where somebody asks for the result
        future.set_exception(error)
    return future


def _failed(error: Exception) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
