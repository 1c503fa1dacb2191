"""The file, folder or checkout behind `package @ url` (PEP 440, "Direct references")."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.urls import (
    file_url_to_path,
    filename_of,
    fragment_of,
    split_credentials,
    split_url,
    without_credentials,
)
from flet_lock.index.address import Credentials
from flet_lock.index.cache import MetadataFields
from flet_lock.index.files.expected_file import ExpectedFile
from flet_lock.index.files.workspace import Workspace
from flet_lock.index.pages.filename import (
    SDIST_SUFFIXES,
    BadFilename,
    parse_version,
    parse_wheel_parts,
    version_text,
)
from flet_lock.index.sources.git_checkout import GitError, GitReference, check_out, parse_git_url
from flet_lock.index.sources.source_artifacts import Sources
from flet_lock.index.sources.source_build import SourceBuildError
from flet_lock.index.sources.unpack_source import UnpackError
from flet_lock.integrity.verification import LocalFile, verify_file
from flet_lock.model.answer.rejection import MalformedFilename, MetadataDisagrees, Rejection
from flet_lock.model.errors.index import DirectReferenceFailure, OfflineMiss
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree, Wheel
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import public_url, redacted

_HASHES = ("sha512", "sha384", "sha256", "sha224", "sha1", "md5")
_NO_VERSION = Version("0")
"""Until the source has said its own."""

Download = Callable[[ExpectedFile, Credentials | None], LocalFile | None]
"""Fetches a file whole, verified; None: the server says that it is not there."""


class DirectReferences:
    """Turns the URL of a requirement into an artifact."""

    def __init__(
        self,
        *,
        download: Download,
        sources: Sources,
        workspace: Workspace,
        environ: Mapping[str, str],
        root: Path,
        offline: bool,
    ) -> None:
        self._download = download
        self._sources = sources
        self._workspace = workspace
        self._environ = environ
        self._root = root
        self._offline = offline
        self.files: dict[str, LocalFile] = {}
        """Artifact URL to the file, for those that are here."""

    def resolve(self, package: NormalizedName, url: str) -> Artifact:
        """The artifact behind a URL.

        Raises:
            DirectReferenceFailure: there is no such thing, or it is another package.
            IndexFailure: the server does not answer, or the file is not what the URL says.
        """
        ask = _DirectReference(package, url)
        try:
            return self._resolve(ask, url)
        except RefusedTextError as error:
            ask.fail(f"its URL: {error}")

    def _resolve(self, ask: "_DirectReference", url: str) -> Artifact:
        scheme = split_url(url).scheme
        if scheme.startswith("git+"):
            return self._from_git(ask)
        if "+" in scheme:
            ask.fail(f"{scheme.partition('+')[0]} is not supported, git is")
        if scheme in {"http", "https"}:
            return self._from_web(ask)
        if scheme == "file":
            path = self._root / file_url_to_path(url)
        elif len(scheme) > 1:  # a single letter is a Windows drive
            ask.fail(f"unknown scheme {scheme!r}")
        else:
            path = self._root / unquote(url.partition("#")[0])
        return self._from_path(ask, path.absolute())

    def _from_path(self, ask: "_DirectReference", path: Path) -> Artifact:
        if path.is_dir():
            folder = _inside(ask, path, ask.subdirectory)
            return self._tree(ask, path.name, path.as_uri(), folder, subdirectory=ask.subdirectory)
        expected = ask.expected(path.name, path.as_uri())
        try:
            file = verify_file(path, expected)
        except OSError as error:
            ask.fail(error.strerror or str(error))
        return self._file(ask, expected, file)

    def _from_web(self, ask: "_DirectReference") -> Artifact:
        bare, username, password = split_credentials(ask.url)
        address = bare.partition("#")[0]
        filename = filename_of(address)
        if not filename.endswith((".whl", *SDIST_SUFFIXES)):
            ask.reject(MalformedFilename(filename=filename, detail="neither a wheel nor an sdist"))
        if filename.endswith(".whl"):
            ask.version_text(filename)  # another package's is not worth fetching
        if self._offline:
            raise OfflineMiss(index=None, url=public_url(address))
        expected = ask.expected(filename, address)
        credentials = None if username is None else Credentials(username, password or "")
        file = self._download(expected, credentials)
        if file is None:
            ask.fail("HTTP 404: there is no such file")
        return self._file(ask, expected, file)

    def _file(self, ask: "_DirectReference", expected: ExpectedFile, file: LocalFile) -> Artifact:
        self.files[expected.url] = file
        hashes = {**expected.hashes, "sha256": file.sha256}
        if expected.filename.endswith(".whl"):
            version = parse_version(ask.version_text(expected.filename))
            build, tags = parse_wheel_parts(expected.filename)
            return Wheel(
                filename=expected.filename,
                package=ask.package,
                version=version,
                url=expected.url,
                index=None,
                hashes=hashes,
                size=file.size,
                build=build,
                tags=tags,
            )
        if not expected.filename.endswith(SDIST_SUFFIXES):
            ask.reject(
                MalformedFilename(filename=expected.filename, detail="neither a wheel nor an sdist")
            )

        def sdist(version: Version) -> Sdist:
            return Sdist(
                filename=expected.filename,
                package=ask.package,
                version=version,
                url=expected.url,
                index=None,
                hashes=hashes,
                size=file.size,
            )

        try:
            return sdist(parse_version(version_text(expected.filename, ask.package)))
        except BadFilename:
            # `v1.2.tar.gz`, `main.zip`: archives of code hosts. What they are, they say inside.
            return sdist(self._own_version(ask, sdist(_NO_VERSION)))

    def _from_git(self, ask: "_DirectReference") -> SourceTree:
        address = without_credentials(ask.url.partition("#")[0])
        if self._offline and not ask.url.startswith("git+file:"):
            raise OfflineMiss(index=None, url=public_url(address))
        checkout = self._workspace.new_path()
        try:
            reference: GitReference = parse_git_url(ask.url)
            commit = check_out(reference, checkout, self._environ)
        except GitError as error:
            ask.fail(str(error))
        name = reference.repository.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
        return self._tree(
            ask,
            name,
            address,
            _inside(ask, checkout, reference.subdirectory),
            commit=commit,
            vcs="git",
            requested_revision=reference.revision,
            subdirectory=reference.subdirectory,
        )

    def _tree(
        self,
        ask: "_DirectReference",
        name: str,
        url: str,
        folder: Path,
        *,
        subdirectory: str | None,
        commit: str | None = None,
        vcs: str | None = None,
        requested_revision: str | None = None,
    ) -> SourceTree:
        if not any((folder / file).is_file() for file in ("pyproject.toml", "setup.py")):
            ask.fail("neither pyproject.toml nor setup.py in it")
        # One repository may hold several packages: each folder of it is a place of its own.
        place = url if subdirectory is None else f"{url}#subdirectory={subdirectory}"
        self._sources.place(place, folder)

        def tree(version: Version) -> SourceTree:
            return SourceTree(
                filename=name,
                package=ask.package,
                version=version,
                url=place,
                index=None,
                commit=commit,
                vcs=vcs,
                requested_revision=requested_revision,
                subdirectory=subdirectory,
            )

        return tree(self._own_version(ask, tree(_NO_VERSION)))

    def _own_version(self, ask: "_DirectReference", artifact: Artifact) -> Version:
        """The version that a source gives itself, once its name is the one that was asked for."""
        try:
            fields: MetadataFields = self._sources.fields(artifact)
        except (SourceBuildError, UnpackError) as error:
            ask.fail(str(error))
        if canonicalize_name(fields.name or "") != ask.package:
            ask.reject(
                MetadataDisagrees(
                    filename=artifact.filename,
                    field="Name",
                    expected=ask.package,
                    found=fields.name or "",
                )
            )
        try:
            return Version(fields.version or "")
        except InvalidVersion as error:
            ask.fail(str(error))


# As git words it, in English whatever the user's language (`LC_ALL=C`).
_NO_ANSWER = lazy_regex(
    "(?i)could not resolve host|failed to connect|couldn't connect|connection (?:timed out|refused"
    "|reset)|operation timed out|network is unreachable|temporary failure in name resolution"
)


class _DirectReference:
    """A direct reference, and how to fail about it."""

    def __init__(self, package: NormalizedName, url: str) -> None:
        self.package = package
        self.url = url
        fragment = fragment_of(url)
        self.subdirectory = fragment.get("subdirectory", [None])[0]
        self._hashes = {
            algorithm: fragment[algorithm][0].lower()
            for algorithm in _HASHES
            if algorithm in fragment
        }

    def expected(self, filename: str, url: str) -> ExpectedFile:
        """What the requirement says of the file."""
        return ExpectedFile(filename=filename, url=url, index=None, hashes=self._hashes, size=None)

    def version_text(self, filename: str) -> str:
        """The version in a file name; fails where the name is another package's."""
        try:
            return version_text(filename, self.package)
        except BadFilename as error:
            self.reject(MalformedFilename(filename=filename, detail=str(error)))

    def fail(self, detail: str) -> NoReturn:
        """Raises `DirectReferenceFailure`."""
        raise DirectReferenceFailure(
            package=self.package,
            url=public_url(self.url),
            place=None,
            rejection=None,
            detail=redacted(detail),
            unreachable=_NO_ANSWER.search(detail) is not None,
        )

    def reject(self, rejection: Rejection) -> NoReturn:
        """Raises `DirectReferenceFailure` with the reason as a value."""
        raise DirectReferenceFailure(
            package=self.package,
            url=public_url(self.url),
            place=None,
            rejection=rejection,
            detail="",
        )


def _inside(ask: _DirectReference, folder: Path, subdirectory: str | None) -> Path:
    inner = folder if subdirectory is None else folder / subdirectory
    if not inner.resolve().is_relative_to(folder.resolve()):
        ask.fail(f"not inside: {subdirectory}")
    if not inner.is_dir():
        ask.fail(f"no folder {subdirectory}")
    return inner
