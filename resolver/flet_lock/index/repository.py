"""All indexes of a run as one source of candidates: what `resolution` asks of the world.

Plain calls outside; threads inside, whose requests share a pool of connections. Each thing is asked
for once. What the cache answers needs neither threads nor an HTTP library. A failure of something
that was only expected is raised when it is asked for.

One thread uses a repository at a time; events reach the listener on that thread.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from packaging.utils import NormalizedName

from flet_lock.index.address import Address, DirectoryAddress, HttpAddress, parse_address
from flet_lock.index.cache import Cache
from flet_lock.index.directory_index import DirectoryIndex
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.http.credentials import CredentialStore, basic_authorization
from flet_lock.index.http.retry import RetryPolicy
from flet_lock.index.http.traffic import Traffic
from flet_lock.index.http_index import HttpIndex
from flet_lock.index.loading.files import Files
from flet_lock.index.loading.listings import Listings
from flet_lock.index.loading.package_index import PackageIndex
from flet_lock.index.loading.transfers import Transfers
from flet_lock.index.loading.wheel_metadata import WheelMetadata
from flet_lock.model.answer.answer_dependencies import KeptPage
from flet_lock.model.answer.rejection import MalformedRow, Rejection
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.event import Listener
from flet_lock.model.index.artifact import Artifact, Wheel
from flet_lock.model.index.listing import Listing
from flet_lock.model.index.metadata import CoreMetadata

if TYPE_CHECKING:  # a run that is answered by the cache never imports httpx
    import httpx

    from flet_lock.index.metadata.remote_metadata import ReadWheel
    from flet_lock.index.sources.direct_reference import DirectReferences
    from flet_lock.index.sources.source_artifacts import Sources


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
        more_indexes: Sequence[PackageIndex] = (),
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
            more_indexes: Of other kinds, behind the others.

        Raises:
            UsageError: an index has no usable address, or `sources` names one that does not exist.
        """
        self._cache = cache
        self._cache_limit_bytes = cache_limit_bytes
        self._offline = offline
        self._refresh = refresh
        self._listener = listener
        self._environ = environ
        self._root = root
        addresses = [parse_address(index, root) for index in indexes]
        web = [address for address in addresses if isinstance(address, HttpAddress)]
        self._credentials = CredentialStore(web, environ)
        self._workspace = Workspace()
        self._transfers = Transfers(
            connections=connections,
            credentials=self._credentials,
            environ=environ,
            retry=retry,
            listener=listener,
            transport=transport,
        )
        opened = {index.name: index for index in (*map(self._open, addresses), *more_indexes)}
        explicit = {index.name for index in indexes if index.explicit}
        self._listings = Listings(
            opened,
            open_indexes=[name for name in opened if name not in explicit],
            sources=sources,
            transfers=self._transfers,
            offline=offline,
        )
        self._files = Files(self._transfers, self._workspace, self._credentials, offline=offline)
        self._wheels = WheelMetadata(
            self._transfers, self._files, self._workspace, cache=cache, offline=offline
        )
        self._metadata: dict[tuple[str | None, str], CoreMetadata | Rejection] = {}
        self._sources_made: Sources | None = None
        self._direct_made: DirectReferences | None = None
        self._sources_read = False
        self._direct_artifacts: dict[tuple[NormalizedName, str], Artifact] = {}

    @property
    def traffic(self) -> Traffic:
        """What was asked so far."""
        return self._transfers.traffic

    def _open(self, address: Address) -> PackageIndex:
        if isinstance(address, DirectoryAddress):
            return DirectoryIndex(address, cache=self._cache)
        credentials = self._credentials.for_url(address.base, address.name)
        return HttpIndex(
            address,
            authorization=None if credentials is None else basic_authorization(credentials),
            cache=self._cache,
            offline=self._offline,
            refresh=self._refresh,
        )

    @property
    def _built(self) -> "Sources":
        """What builds; made late, since few apps need anything built."""
        if self._sources_made is None:
            from flet_lock.index.sources.source_artifacts import Sources  # noqa: PLC0415 - see above

            self._sources_made = Sources(
                fetch=self._files.bring,
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
                download=self._files.download,
                sources=self._built,
                workspace=self._workspace,
                environ=self._environ,
                root=self._root,
                offline=self._offline,
            )
            self._files.of_references = self._direct_made.files
        return self._direct_made

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
            self._transfers.close()
            self._wheels.close()
            if self._cache is not None and self.traffic.requests:  # else nothing came in
                from flet_lock.index.cache_bound import bound_cache  # noqa: PLC0415

                bound_cache(self._cache.directory, limit_bytes=self._cache_limit_bytes)
        finally:
            self._workspace.close()

    def patient_until(self, deadline: float) -> AbstractContextManager[None]:
        """Waits for nothing beyond a moment (`time.monotonic`); what is under way goes on.

        Inside, every method that waits may raise `TimeoutError`.
        """
        return self._transfers.patient_until(deadline)

    # Releases

    def listing(self, package: NormalizedName) -> Listing:
        """All releases of a package over all indexes that may serve it; waits."""
        return self._listings.listing(package)

    def prefetch_listings(self, packages: Iterable[NormalizedName]) -> None:
        """Starts asking for pages that will be needed; returns at once."""
        self._listings.prefetch(packages)

    def kept_pages(self) -> tuple[KeptPage, ...] | None:
        """The pages that this run's answers rest on, with those that say "not here".

        None where they rest on more: on folders, on sources that were built, on files that
        nothing identifies, on pages that may not be kept. What was read of files by their
        digest needs no mention: it stays what it is.
        """
        if self._cache is None or self._offline or self._refresh or self._direct_artifacts:
            return None
        if not self._listings.are_kept or self._sources_read or not self._wheels.are_identified:
            return None
        return self._cache.kept_pages()

    @property
    def has_unknown(self) -> bool:
        """Whether some package was asked for that no index knows."""
        return self._listings.has_unknown

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
            if (
                isinstance(artifact, Wheel)
                and not known
                and self._listings.fault_of(artifact) is None
            ):
                self._wheels.expect(artifact)

    def _find_metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        fault = self._listings.fault_of(artifact)
        if fault is not None:
            return MalformedRow(filename=artifact.filename, detail=fault)
        if isinstance(artifact, Wheel):
            return self._wheels.find(artifact)
        self._sources_read = True
        return self._built.metadata(artifact)

    def metadata_bytes(self, wheel: Wheel) -> bytes:
        """METADATA itself, verified; waits. See `WheelMetadata.text`."""
        return self._wheels.text(wheel)

    def metadata_texts(self, wheels: Iterable[Wheel]) -> Iterator[tuple[Wheel, bytes]]:
        """METADATA of many wheels, requested concurrently; what cannot be had is left out."""
        return self._wheels.texts(wheels)

    def read_parts(
        self, wheels: "Sequence[tuple[Wheel, ReadWheel]]", *, most_parts: int
    ) -> list[bytes]:
        """What is read of each wheel, of few parts of it; waits. See `WheelMetadata.read_parts`."""
        return self._wheels.read_parts(wheels, most_parts=most_parts)

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
        """The artifact with its sha256 and size, which a lock needs; waits. See `Files.hashed`."""
        return self._files.hashed(artifact)

    def local_copies(
        self, artifacts: Iterable[Artifact], *, seconds: float
    ) -> dict[str, Path | IndexFailure | None]:
        """Where files are on this machine, verified; waits. See `Files.local_copies`."""
        return self._files.local_copies(artifacts, seconds=seconds)
