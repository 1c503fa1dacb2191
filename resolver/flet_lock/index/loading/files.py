"""Whole files, verified, wherever they come from; each is fetched once."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path

from msgspec.structs import replace

from flet_lock.boundary.urls import file_url_to_path
from flet_lock.index.address import Credentials
from flet_lock.index.files.expected_file import ExpectedFile, expected_file_of
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.garbage import not_there, unreadable
from flet_lock.index.http.credentials import CredentialStore
from flet_lock.index.loading.transfers import Transfers
from flet_lock.integrity.verification import LocalFile, verify_file
from flet_lock.model.errors.index import IndexFailure, OfflineMiss
from flet_lock.model.index.artifact import Artifact, SourceTree
from flet_lock.model.redaction import public_url


class Files:
    """Files of this run."""

    def __init__(
        self,
        transfers: Transfers,
        workspace: Workspace,
        credentials: CredentialStore,
        *,
        offline: bool,
    ) -> None:
        """Fetches nothing yet.

        Args:
            transfers: Does what takes a request.
            workspace: Where files lie until the run ends.
            credentials: Learns those of direct references.
            offline: Nobody may be asked.
        """
        self._transfers = transfers
        self._workspace = workspace
        self._credentials = credentials
        self._offline = offline
        self._verified: dict[str, LocalFile] = {}
        self.of_references: Mapping[str, LocalFile] = {}
        """Files of direct references that are here, by URL."""

    def is_here(self, artifact: Artifact) -> bool:
        """Whether a file is in the file system, or was a direct reference."""
        return artifact.url.startswith("file:") or artifact.url in self.of_references

    def bring(self, artifact: Artifact) -> LocalFile:
        """The file of an artifact, verified; waits.

        Raises:
            IndexFailure: it cannot be had.
        """
        here = self.of_references.get(artifact.url) or self._verified.get(artifact.url)
        if here is not None:
            return here
        expected = expected_file_of(artifact)
        if artifact.url.startswith("file:"):
            try:
                file = verify_file(file_url_to_path(artifact.url), expected)
            except OSError as error:
                raise unreadable(artifact.index, artifact.url, error) from error
        else:
            if self._offline:
                raise OfflineMiss(index=artifact.index, url=public_url(artifact.url))
            fetched = self.download(expected, None)
            if fetched is None:
                raise not_there(artifact.index, artifact.url)
            file = fetched
        self._verified[artifact.url] = file
        return file

    def download(self, expected: ExpectedFile, credentials: Credentials | None) -> LocalFile | None:
        """Fetches a file; waits. None: it is not there.

        Raises:
            IndexFailure: there is no usable answer.
        """
        if credentials is not None:
            self._credentials.remember(expected.url, credentials)
        return self._transfers.wait(self._start(expected))

    def hashed(self, artifact: Artifact) -> Artifact:
        """The artifact with its sha256 and size, which a lock needs; waits.

        Where the index says both, that is the same artifact. Where it does not (folders of wheels,
        pages without hashes), the file is read whole. Source trees have neither.

        Raises:
            IndexFailure: the file cannot be had.
        """
        if isinstance(artifact, SourceTree) or (artifact.sha256 and artifact.size is not None):
            return artifact
        file = self.bring(artifact)
        return replace(artifact, hashes={**artifact.hashes, "sha256": file.sha256}, size=file.size)

    def local_copies(
        self, artifacts: Iterable[Artifact], *, seconds: float
    ) -> dict[str, Path | IndexFailure | None]:
        """Where files are on this machine, fetched side by side and verified; waits.

        The copies are gone when the run ends.

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
            if self.is_here(artifact) or url in self._verified or self._offline:
                try:
                    here[url] = self.bring(artifact).path
                except IndexFailure as error:
                    here[url] = error
            elif url not in pending:
                pending[url] = (artifact, self._start(expected_file_of(artifact)))
        for url, (artifact, future) in pending.items():
            here[url] = None
            try:
                file = self._transfers.wait(future, max(deadline - time.monotonic(), 0.0))
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

    def _start(self, expected: ExpectedFile) -> Future[LocalFile | None]:
        from flet_lock.index.files.download import fetch_file  # noqa: PLC0415 - needed late

        path = self._workspace.new_path()
        return self._transfers.submit(lambda: fetch_file(self._transfers.client, expected, path))
