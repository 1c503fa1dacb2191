"""METADATA and PKG-INFO: from bytes to headers, from headers to what a resolution needs.

Two steps, because the first is kept between runs (by the hash of the bytes, for ever) and the
second turns strings into values that are shared: releases of one package repeat the same lines.
"""

import re
from functools import lru_cache

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.boundary.bounds import NAME_LENGTH
from flet_lock.boundary.plain_text import visible
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_pep508, parse_specifier, parse_version
from flet_lock.index.cache import MetadataFields
from flet_lock.model.answer.rejection import MalformedMetadata, MetadataDisagrees, Rejection
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree
from flet_lock.model.index.metadata import CoreMetadata

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_HEADER_NAME = re.compile(r"[!-9;-~]+")
"""RFC 5322, 2.2: printable ASCII without the colon."""
_ONCE = ("metadata-version", "name", "version", "requires-python")
_DECIDING = (*_ONCE, "requires-dist", "provides-extra", "dynamic")


_MOST_REQUIREMENTS = 10_000
"""The longest list on PyPI, of all add-ons of one framework, has some 2,000 lines."""
_SHOWN = 200
"""Characters of a line that a message quotes."""


class MetadataError(ValueError):
    """Metadata that cannot be used; the message has the line and what is wrong with it."""


def read_fields(content: bytes) -> MetadataFields:
    """The headers that decide. The description after the blank line is not looked at.

    Core metadata specification: the format is that of e-mail headers. packaging says what they
    mean; plain ones, which nearly all are, are read here to the same result in a tenth of its time.
    """
    headers = _BLANK_LINE.split(content, maxsplit=1)[0]
    return _read_plain(headers) or _read_any(headers)


class _Odd(Exception):  # noqa: N818 - what the headers are
    """Something that is left to packaging."""


def _read_plain(content: bytes) -> MetadataFields | None:
    """The fields of headers without anything odd in what matters; None: there is something."""
    try:
        found = _plain_values(content.decode("utf-8").replace("\r\n", "\n").removesuffix("\n"))
    except (UnicodeDecodeError, _Odd):
        return None
    once = {name: found[name][0] if found[name] else None for name in _ONCE}
    return MetadataFields(
        name=once["name"],
        version=once["version"],
        requires_dist=found["requires-dist"],
        requires_python=once["requires-python"],
        provides_extra=found["provides-extra"],
        metadata_version=once["metadata-version"],
        dynamic=[field.lower() for field in found["dynamic"]],
    )


def _plain_values(text: str) -> dict[str, list[str]]:
    """The values of each header that decides; lines end with LF."""
    found: dict[str, list[str]] = {name: [] for name in _DECIDING}
    values: list[str] | None = None
    for line in text.split("\n"):
        if line[:1] in {" ", "\t"}:  # the value goes on
            if values is not None:
                raise _Odd
            continue
        name, colon, value = line.partition(":")
        if not colon or _HEADER_NAME.fullmatch(name) is None:
            raise _Odd
        values = found.get(name.lower())
        if values is not None:
            if not value.isascii():
                raise _Odd
            values.append(value.lstrip(" \t"))
    if "\r" in text or any(len(found[name]) > 1 for name in _ONCE):
        raise _Odd
    return found


def _read_any(content: bytes) -> MetadataFields:
    from packaging.metadata import parse_email  # noqa: PLC0415 - brings the email package

    # A blank line first would make everything a body: the file is then as good as empty.
    raw, _ = parse_email(content)
    return MetadataFields(
        name=raw.get("name"),
        version=raw.get("version"),
        requires_dist=raw.get("requires_dist", []),
        requires_python=raw.get("requires_python"),
        provides_extra=raw.get("provides_extra", []),
        metadata_version=raw.get("metadata_version"),
        dynamic=[field.lower() for field in raw.get("dynamic", [])],
    )


def parse_core_metadata(fields: MetadataFields) -> CoreMetadata:
    """Headers to values.

    As pip does since 24.1, what does not follow the specification is not guessed at: a malformed
    `Requires-Dist`, also one for an extra, makes the file unusable.

    Raises:
        MetadataFault: a header is missing or malformed.
    """
    if not fields.name:
        raise MetadataError("no Name")
    if not fields.version:
        raise MetadataError("no Version")
    try:
        version = parse_version(fields.version)
    except RefusedTextError as error:
        raise MetadataError(f"Version: {visible(fields.version[:_SHOWN])} ({error})") from error
    if len(fields.name) > NAME_LENGTH:
        raise MetadataError(f"Name: longer than {NAME_LENGTH} characters")
    if len(fields.requires_dist) > _MOST_REQUIREMENTS:
        raise MetadataError(f"more than {_MOST_REQUIREMENTS:,} lines of Requires-Dist")
    return CoreMetadata(
        name=canonicalize_name(fields.name),
        version=version,
        requires_dist=tuple(_requirement(line) for line in fields.requires_dist),
        requires_python=_specifier(fields.requires_python) if fields.requires_python else None,
        provides_extra=frozenset(canonicalize_name(extra) for extra in fields.provides_extra),
    )


def check_metadata(artifact: Artifact, fields: MetadataFields) -> CoreMetadata | Rejection:
    """The metadata of a file, or why it cannot be that of this file.

    The file name is what chose the file, so METADATA must be of the same package and version
    (`8.11` and `8.11.0` are). Trees have no version in their name.
    """
    try:
        metadata = parse_core_metadata(fields)
    except MetadataError as error:
        return MalformedMetadata(filename=artifact.filename, detail=str(error))
    if metadata.name != artifact.package:
        return MetadataDisagrees(
            filename=artifact.filename,
            field="Name",
            expected=artifact.package,
            found=fields.name or "",
        )
    if metadata.version != artifact.version and not _same_public(artifact, metadata.version):
        return MetadataDisagrees(
            filename=artifact.filename,
            field="Version",
            expected=str(artifact.version),
            found=fields.version or "",
        )
    return metadata


def _same_public(artifact: Artifact, version: Version) -> bool:
    """A source may add a local part when it is built (`1.0` becomes `1.0+g1234`)."""
    return (
        isinstance(artifact, Sdist | SourceTree)
        and artifact.version.local is None
        and artifact.version.public == version.public
    )


@lru_cache(maxsize=65536)
def _requirement(line: str) -> Requirement:
    """One object per distinct line; nobody changes it."""
    try:
        return parse_pep508(line)
    except (RefusedTextError, InvalidRequirement) as error:
        reason = str(error).partition("\n")[0]
        raise MetadataError(f"Requires-Dist: {visible(line[:_SHOWN])} ({reason})") from error


@lru_cache(maxsize=4096)
def _specifier(text: str) -> SpecifierSet:
    try:
        return parse_specifier(text)
    except RefusedTextError as error:
        raise MetadataError(f"Requires-Python: {visible(text[:_SHOWN])} ({error})") from error
