"""Sdists, folders and checkouts as artifacts: where they lie, what they require, are they pure."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flet_lock.index.cache import Cache, FileFacts, MetadataFields
from flet_lock.index.files.expected_file import metadata_key
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.metadata.core_metadata import check_metadata
from flet_lock.index.sources.source_build import (
    SourceBuildError,
    build_wheel,
    expected_fields,
    needs_nothing,
    prepare_metadata,
    static_fields,
)
from flet_lock.index.sources.unpack_source import UnpackError, unpack_source
from flet_lock.integrity.verification import LocalFile
from flet_lock.model.answer.rejection import Rejection, SourceBuildFailed, SourceNotPure
from flet_lock.model.errors.index import OfflineMiss
from flet_lock.model.event import Listener, SourceBuildStarted
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.redaction import public_url

Fetch = Callable[[Artifact], LocalFile]
"""Brings an sdist here, verified."""


class Sources:
    """Reads and builds sources. Each is unpacked, and asked, once per run."""

    def __init__(
        self,
        *,
        fetch: Fetch,
        cache: Cache | None,
        workspace: Workspace,
        listener: Listener,
        environ: Mapping[str, str],
        offline: bool,
    ) -> None:
        self._fetch = fetch
        self._cache = cache
        self._workspace = workspace
        self._listener = listener
        self._environ = environ
        self._offline = offline
        self._folders: dict[str, Path] = {}
        """Artifact URL to the folder with its `pyproject.toml`."""
        self._native: dict[str, tuple[str, ...]] = {}
        """Artifact URL to what its built wheel holds of this machine, for those that were built."""

    def place(self, url: str, folder: Path) -> None:
        """Says where the tree behind a URL lies."""
        self._folders[url] = folder

    def metadata(self, artifact: Artifact) -> CoreMetadata | Rejection:
        """What a source requires, or why that cannot be told.

        Raises:
            IndexFailure: an sdist cannot be had.
            OfflineMiss: a build would install its requirements.
        """
        try:
            fields = self.fields(artifact)
        except (SourceBuildError, UnpackError) as error:
            return SourceBuildFailed(filename=artifact.filename, detail=str(error))
        return check_metadata(artifact, fields)

    def fields(self, artifact: Artifact) -> MetadataFields:
        """The metadata headers of a source.

        Raises:
            BuildFault: the backend does not give them.
            UnpackFault: the archive is none.
            IndexFailure: as `metadata`.
        """
        key = self._key(artifact)
        if key is not None and self._cache is not None:
            kept = self._cache.read_metadata(key)
            if kept is not None:
                return kept
        folder = self._folder(artifact)
        fields = static_fields(folder) if isinstance(artifact, Sdist) else None
        if fields is None:
            self._started(artifact, folder)
            fields = prepare_metadata(folder, self._workspace.new_path(), self._environ)
        if key is not None and self._cache is not None:
            self._cache.write_metadata(key, fields)
        return fields

    def metadata_as_written(self, artifact: Artifact) -> CoreMetadata | None:
        """What an sdist says of itself, with nothing of it run; None where it does not say.

        Older sdists promise nothing: good enough to see whether an app would lock, not for a lock.

        Raises:
            IndexFailure: it cannot be had.
        """
        try:
            folder = self._folder(artifact)
        except UnpackError:
            return None
        fields = static_fields(folder) or expected_fields(folder)
        metadata = None if fields is None else check_metadata(artifact, fields)
        return metadata if isinstance(metadata, CoreMetadata) else None

    def impurity(self, artifact: Artifact) -> Rejection | None:
        """Builds the wheel and says what in it is not for phones; None: nothing.

        Raises:
            IndexFailure: as `metadata`.
        """
        known = self._native.get(artifact.url)
        if known is not None:
            return _verdict(artifact, known)
        key = self._key(artifact)
        if key is not None and self._cache is not None:
            facts = self._cache.read_facts(key)
            if facts is not None and facts.native is not None:
                return _verdict(artifact, facts.native)
        try:
            folder = self._folder(artifact)
            self._started(artifact, folder)
            built = build_wheel(folder, self._workspace.new_path(), self._environ)
        except (SourceBuildError, UnpackError) as error:
            return SourceBuildFailed(filename=artifact.filename, detail=str(error))
        self._native[artifact.url] = built.native
        if key is not None and self._cache is not None:
            self._cache.write_facts(key, FileFacts(native=list(built.native)))
        return _verdict(artifact, built.native)

    def _started(self, artifact: Artifact, folder: Path) -> None:
        if self._offline and not needs_nothing(folder):
            raise OfflineMiss(index=artifact.index, url=public_url(artifact.url))
        self._listener(SourceBuildStarted(package=artifact.package, filename=artifact.filename))

    def _folder(self, artifact: Artifact) -> Path:
        folder = self._folders.get(artifact.url)
        if folder is None:
            archive = self._fetch(artifact)
            unpacked = self._workspace.new_path()
            folder = unpack_source(archive.path, artifact.filename, unpacked)
            self._folders[artifact.url] = folder
        return folder

    def _key(self, artifact: Artifact) -> str | None:
        """What identifies a source for ever; a local folder changes, so nothing does."""
        if isinstance(artifact, SourceTree):
            if artifact.commit is None:
                return None
            return f"source {artifact.commit} {artifact.subdirectory or ''}"
        key = metadata_key(artifact)
        return None if key is None else f"source {key}"


def _verdict(artifact: Artifact, native: Sequence[str]) -> Rejection | None:
    if not native:
        return None
    return SourceNotPure(filename=artifact.filename, built=", ".join(native))
