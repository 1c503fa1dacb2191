"""What a look into a source distribution told, without running any of it."""

from enum import StrEnum

from msgspec import Struct
from packaging.version import Version


class SourceKind(StrEnum):
    """Whether a wheel built from a source would run on any machine."""

    PURE = "pure"
    NATIVE = "native"
    """It would hold machine code."""
    UNSURE = "unsure"
    """It may: an extension that is optional, a build script that decides."""


class SourceFinding(Struct, frozen=True, kw_only=True):
    """What an sdist holds, as far as its names and its build settings tell."""

    filename: str
    version: Version
    kind: SourceKind
    evidence: tuple[str, ...]
    """What told it, the most telling first: `setup.py: ext_modules`, `src/_speedups.c`."""
    languages: tuple[str, ...] = ()
    """Of the native sources that a build may compile, `C`, `Rust`, …; sorted. Empty for `PURE`."""
    backend: str | None = None
    """`build-system.build-backend`; None where the sdist names none (setuptools then)."""


class SourceNotSeen(Struct, frozen=True, kw_only=True):
    """An sdist that could not be looked into; the reason is told, nothing else changes."""

    filename: str
    version: Version
    detail: str
    """`larger than 32 MB`, `no answer within 5 s`, or what an index or an archive said."""
