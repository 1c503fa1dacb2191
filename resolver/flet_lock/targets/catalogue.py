"""The Python releases that Flet bundles: python-build's `manifest.json`, read and checked."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from flet_lock.boundary.bounds import TABLE_BYTES
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.model.errors.usage import CatalogueError
from flet_lock.model.facts.generation import Generation
from flet_lock.model.facts.slices import slice_names
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform

_MINOR: Final = lazy_regex(r"3\.[0-9]{1,3}")


class PythonRelease(Struct, frozen=True, kw_only=True):
    """A Python that an app can be built with."""

    short: str
    """The minor, `3.14`: what options and the manifest call it."""
    full_version: str
    """`3.14.6`."""
    android_abis: tuple[str, ...]
    """ABIs it exists for, in the order of slices rather than the manifest's."""
    prerelease: bool
    """Taken only when asked for by name."""
    unshipped_abis: tuple[str, ...] = ()
    """ABIs that pip runs for where none is named, and that no app gets."""

    @property
    def version(self) -> tuple[int, int]:
        """The minor as numbers, (3, 14)."""
        major, _, minor = self.short.partition(".")
        return int(major), int(minor)


class Catalogue(Struct, frozen=True, kw_only=True):
    """The table of Python releases."""

    releases: tuple[PythonRelease, ...]
    """Oldest first."""
    default: PythonRelease
    """What an app gets that asks for no Python."""
    generation: Generation | None = None
    """How the Flet builds that the table is of; None: as the newest one."""
    date: str = ""
    """Of the python-build release that the table was published with; `""` where none is known."""
    wanted_date: str = ""
    """Of the release that the build reads, where that is another one; `""` where it is this."""

    @property
    def is_fixed(self) -> bool:
        """Whether every app gets the one Python of the table, whatever it asks for."""
        return self.generation is not None and not self.generation.reads_manifest

    def release(self, short: str) -> PythonRelease | None:
        """The release of a minor, `3.14`; None where Flet has none."""
        return next((one for one in self.releases if one.short == short), None)

    @property
    def supported(self) -> tuple[str, ...]:
        """All minors, oldest first."""
        return tuple(one.short for one in self.releases)

    def digest(self, python: str) -> str:
        """Digest of what this table says about a Python that matters for a lock.

        That is its full version, which markers and `Requires-Python` are checked against. Not its
        ABIs: they are slices of the lock's inputs, and drift under their own name.

        Args:
            python: a minor of the table.

        Returns:
            `sha256:` and the hex digest.

        Raises:
            KeyError: the table has no such minor.
        """
        release = self.release(python)
        if release is None:
            raise KeyError(python)
        facts = {"full_version": release.full_version, "python": release.short}
        return f"sha256:{sha256(msgspec.json.encode(facts)).hexdigest()}"


def load_catalogue(path: Path) -> Catalogue:
    """Reads a manifest.

    Raises:
        CatalogueError: the file cannot be read, or has faults: all of them, each with its place.
    """
    try:
        text = read_regular_file(path, most_bytes=TABLE_BYTES).decode("utf-8")
    except (OSError, ValueError) as error:
        detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CatalogueError(path=str(path), detail=detail) from error
    return parse_catalogue(text, path=str(path))


def fixed_catalogue(generation: Generation) -> Catalogue:
    """The table of a generation of Flet that has one Python."""
    release = PythonRelease(
        short=generation.python_minor,
        full_version=generation.python,
        android_abis=generation.shipped_abis,
        prerelease=False,
        unshipped_abis=generation.unshipped_abis,
    )
    return Catalogue(releases=(release,), default=release, generation=generation)


def parse_catalogue(text: str, *, path: str) -> Catalogue:
    """The table in the text of a `manifest.json`; keys that are not needed here are passed over.

    Args:
        text: JSON.
        path: where it comes from, for errors.

    Raises:
        CatalogueError: it has faults: all of them, each with its place, joined by `; `.
    """
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise CatalogueError(path=path, detail=f"not JSON: {error}") from error
    faults = list(_faults(document))
    if faults:
        raise CatalogueError(path=path, detail="; ".join(faults))
    releases = tuple(
        sorted(
            (_release(short, facts) for short, facts in document["pythons"].items()),
            key=lambda one: one.version,
        )
    )
    default = next(one for one in releases if one.short == document["default_python_version"])
    return Catalogue(releases=releases, default=default)


def _release(short: str, facts: Mapping[str, object]) -> PythonRelease:
    listed = facts["android_abis"]
    assert isinstance(listed, list)  # noqa: S101 - `_faults` has seen to it; this tells mypy
    return PythonRelease(
        short=short,
        full_version=str(facts["full_version"]),
        android_abis=tuple(name for name in slice_names(Platform.ANDROID) if name in listed),
        prerelease=facts.get("prerelease", False) is True,
    )


def _faults(document: object) -> Iterator[str]:
    if not isinstance(document, dict):
        yield "the document is not a table"
        return
    pythons = document.get("pythons")
    if not isinstance(pythons, dict) or not pythons:
        yield "pythons: not a table of at least one Python"
        return
    for short, facts in pythons.items():
        yield from _release_faults(f'pythons["{short}"]', short, facts)
    default = document.get("default_python_version")
    if not isinstance(default, str) or default not in pythons:
        yield f"default_python_version: {default!r} is not one of {', '.join(pythons)}"


def _release_faults(place: str, short: str, facts: object) -> Iterator[str]:
    if not _MINOR.fullmatch(short):
        yield f"{place}: not the minor of a Python 3"
    if not isinstance(facts, dict):
        yield f"{place}: not a table"
        return
    full_version = facts.get("full_version")
    if not isinstance(full_version, str) or not _is_release_of(full_version, short):
        yield f"{place}.full_version: {full_version!r} is not a release of Python {short}"
    if not isinstance(facts.get("prerelease", False), bool):
        yield f"{place}.prerelease: {facts['prerelease']!r} is not true or false"
    abis = facts.get("android_abis")
    if not isinstance(abis, list):
        yield f"{place}.android_abis: {abis!r} is not a list"
        return
    known = slice_names(Platform.ANDROID)
    for position, abi in enumerate(abis):
        # A new ABI is an error rather than passed over: the build would ship it, unlocked.
        if abi not in known:
            yield f"{place}.android_abis[{position}]: {abi!r} is not one of {', '.join(known)}"


def _is_release_of(full_version: str, short: str) -> bool:
    try:
        version = parse_version(full_version)
    except RefusedTextError:
        return False
    return f"{version.major}.{version.minor}" == short
