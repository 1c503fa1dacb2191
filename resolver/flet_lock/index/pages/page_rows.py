"""What is kept of project pages: rows grouped by version, encoded until a version is looked at.

A page of thousands of files is decoded once, when it arrives. Afterwards a run that looks at
three versions of a package decodes the rows of three versions, and of those only what a phone could
take: the wheels of other systems, often fifty for one of ours, wait until somebody asks for all.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

import msgspec
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.moment import parse_moment
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.index.pages.file_row import FileRow, checked_row
from flet_lock.index.pages.filename import (
    BadFilename,
    are_tags,
    is_elsewhere,
    parse_version,
    parse_wheel_parts,
    version_text,
)
from flet_lock.model.answer.rejection import MalformedFilename
from flet_lock.model.index.artifact import Artifact, CoreMetadataFile, Sdist, Wheel
from flet_lock.model.index.listing import IndexAnswer, IndexReply, Listing
from flet_lock.model.redaction import public_url


class VersionRows(msgspec.Struct, array_like=True, frozen=True):
    """The files of one version, encoded; each list in page order."""

    text: str
    """The version as the file names spell it."""
    for_phones: msgspec.Raw
    """`list[FileRow]`: sdists, and wheels that name a phone's system or none."""
    elsewhere: msgspec.Raw
    """`list[FileRow]`: all others."""


class PageRows(msgspec.Struct, array_like=True, frozen=True):
    """A project page, ready to be looked at version by version."""

    versions: list[VersionRows]
    """In page order."""
    malformed: list[tuple[str, str]]
    """File name and what is wrong with it."""
    gives_upload_times: bool


_DASHES = 2
"""Within the three tags of a wheel's name; with a build tag there are more."""

_encode = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(list[FileRow]).decode


def page_rows_of(rows: Iterable[FileRow], package: NormalizedName) -> PageRows:
    """Groups the rows of a page by the version in their file names."""
    groups: dict[str, tuple[list[FileRow], list[FileRow]]] = {}
    malformed: list[tuple[str, str]] = []
    gives_upload_times = False
    last = _LastRelease(package)
    for row in rows:
        gives_upload_times = gives_upload_times or row.upload_time is not None
        try:
            text = last.version_text(row.filename)
        except BadFilename as error:
            malformed.append((row.filename, str(error)))
        else:
            group = groups.get(text)
            if group is None:
                group = groups[text] = ([], [])
            group[is_elsewhere(row.filename)].append(row)
    return PageRows(
        versions=[
            VersionRows(text, msgspec.Raw(_encode(ours)), msgspec.Raw(_encode(others)))
            for text, (ours, others) in groups.items()
        ],
        malformed=malformed,
        gives_upload_times=gives_upload_times,
    )


class _LastRelease:
    """The version in a file name; pages list a release's wheels in a row, and it is as the last."""

    def __init__(self, package: NormalizedName) -> None:
        self._package = package
        self._start = ""
        self._text = ""

    def version_text(self, filename: str) -> str:
        """See `filename.version_text`."""
        if self._start and filename.startswith(self._start):
            tags = filename[len(self._start) : -4]
            if filename.endswith(".whl") and tags.count("-") == _DASHES and are_tags(tags):
                return self._text
        text = version_text(filename, self._package)
        if filename.endswith(".whl"):
            self._start = f"{filename.partition('-')[0]}-{text}-"
            self._text = text
        return text


class IndexPage(msgspec.Struct, frozen=True):
    """The answer of one index for one package."""

    index: str
    """The index's name."""
    url: str
    """The page that was asked for, without credentials."""
    digest: PageRows | None
    """None: the index does not know the package."""

    @property
    def reply(self) -> IndexReply:
        """The answer without the files."""
        return IndexReply(
            index=self.index,
            url=public_url(self.url),
            answer=IndexAnswer.NOT_FOUND if self.digest is None else IndexAnswer.FOUND,
            gives_upload_times=self.digest is not None and self.digest.gives_upload_times,
        )


def assemble_listing(package: NormalizedName, pages: Sequence[IndexPage]) -> Listing:
    """One listing of what several indexes answered, in index order.

    As pip does, all files of all indexes are weighed together; a file that two indexes offer
    is there twice, because its hash, or what it requires, may differ.
    """
    groups: dict[Version, list[tuple[IndexPage, VersionRows]]] = {}
    malformed: list[MalformedFilename] = []
    for page in pages:
        if page.digest is None:
            continue
        for rows in page.digest.versions:
            groups.setdefault(parse_version(rows.text), []).append((page, rows))
        malformed.extend(
            MalformedFilename(filename=filename, detail=detail)
            for filename, detail in page.digest.malformed
        )

    faults: dict[str, str] = {}

    def load(version: Version, *, elsewhere: bool) -> list[Artifact]:
        found = []
        for page, rows in groups[version]:
            for each in _decode_rows(rows.elsewhere if elsewhere else rows.for_phones):
                row = checked_row(each, page.url)
                if row.fault is not None:
                    faults[row.url] = row.fault
                found.append(_artifact(row, package, parse_version(rows.text), page.index))
        return found

    return Listing(
        package=package,
        replies=[page.reply for page in pages],
        versions=list(groups),
        load=partial(load, elsewhere=False),
        load_elsewhere=partial(load, elsewhere=True),
        malformed=malformed,
        faults=faults,
    )


def _artifact(row: FileRow, package: NormalizedName, version: Version, index: str) -> Artifact:
    """A row as the value the resolver weighs."""
    upload_time = _parse_time(row.upload_time)
    if not row.filename.endswith(".whl"):
        return Sdist(
            filename=row.filename,
            package=package,
            version=version,
            url=row.url,
            index=index,
            hashes=row.hashes,
            size=row.size,
            upload_time=upload_time,
            requires_python=row.requires_python,
            yanked=row.yanked,
        )
    build, tags = parse_wheel_parts(row.filename)
    expected = row.core_metadata
    return Wheel(
        filename=row.filename,
        package=package,
        version=version,
        url=row.url,
        index=index,
        hashes=row.hashes,
        size=row.size,
        upload_time=upload_time,
        requires_python=row.requires_python,
        yanked=row.yanked,
        build=build,
        tags=tags,
        core_metadata=None if expected is None else CoreMetadataFile(hashes=expected),
    )


def _parse_time(text: str | None) -> datetime | None:
    """PEP 700 `upload-time`; one that cannot be read counts as not given."""
    if text is None:
        return None
    try:
        return parse_moment(text)
    except RefusedTextError:
        return None
