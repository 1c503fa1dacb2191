"""Finds the table of Python releases that a build will read: python-build's manifest of its date.

flet-cli (`utils/python_versions.py`) takes the file that `FLET_PYTHON_BUILD_MANIFEST` names, else
the manifest of the release that it pins (or `FLET_PYTHON_BUILD_RELEASE_DATE` names), which it
downloads once. The same is done here, so that a lock never rests on another table than the build.
"""

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.errors.usage import CatalogueError
from flet_lock.model.facts.generation import Generation
from flet_lock.targets.catalogue import (
    Catalogue,
    fixed_catalogue,
    load_catalogue,
    parse_catalogue,
)
from flet_lock.targets.generations import load_generations
from flet_lock.targets.shipped_data import shipped_path
from flet_lock.workflows.cache_folder import cache_folder

if TYPE_CHECKING:
    from flet_lock.model.event import Listener

MANIFEST_VARIABLE: Final = "FLET_PYTHON_BUILD_MANIFEST"
DATE_VARIABLE: Final = "FLET_PYTHON_BUILD_RELEASE_DATE"
SHIPPED_DATES: Final = ("20260714", "20260720", "20260726", "20260727", "20260730")
"""Releases whose manifests say the same as the shipped copy, which is of the last of them."""

_FAILED: Final = ".failed"
_SECONDS_WITHOUT: Final = 3600
"""For how long nobody asks again after a download failed, but with `--refresh`."""

Download = Callable[[str], bytes]
"""Fetches a manifest by the date of its release; raises IndexFailure."""


def find_catalogue(
    generation: Generation,
    settings: Settings,
    environ: Mapping[str, str],
    *,
    date: str,
    download: Download | None,
) -> Catalogue:
    """The table of Pythons for an app.

    Args:
        generation: how the Flet that builds it chooses.
        settings: the cache, and whether the network may be used.
        environ: the process environment.
        date: the release that the flet-cli in use pins; `""`: that of the generation.
        download: fetches a manifest; None: nobody may ask the network.

    Returns:
        The table; where the right manifest is not to be had, the shipped copy, with its own date.

    Raises:
        CatalogueError: a manifest cannot be read, or the variable holds no date.
    """
    if not generation.reads_manifest:
        return fixed_catalogue(generation)
    named = environ.get(MANIFEST_VARIABLE)
    if named:
        return replace(load_catalogue(Path(named)), generation=generation)
    wanted = environ.get(DATE_VARIABLE) or date or generation.python_build
    if not re.fullmatch(r"[0-9]{8}[0-9A-Za-z.-]{0,32}", wanted):
        raise CatalogueError(path=DATE_VARIABLE, detail=f"not a date: {wanted!r}")
    shipped = shipped_path("python-releases.json")
    if wanted in SHIPPED_DATES:
        return replace(load_catalogue(shipped), generation=generation, date=wanted)
    for path in _copies(wanted, settings, environ):
        if path.is_file():
            return replace(load_catalogue(path), generation=generation, date=wanted)
    if download is not None and not settings.offline and not _failed_lately(wanted, settings):
        try:
            content = download(wanted)
            found = parse_catalogue(content.decode("utf-8"), path=f"manifest-{wanted}.json")
        except (IndexFailure, CatalogueError, UnicodeDecodeError):
            _keep([path.with_suffix(_FAILED) for path in _kept(wanted, settings)], b"")
        else:
            _keep(_kept(wanted, settings), content)
            return replace(found, generation=generation, date=wanted)
    return replace(
        load_catalogue(shipped), generation=generation, date=SHIPPED_DATES[-1], wanted_date=wanted
    )


def find_project_catalogue(
    project: Project, settings: Settings, environ: Mapping[str, str], listener: "Listener"
) -> Catalogue:
    """The same for an app that was read; the network may be asked.

    Raises:
        CatalogueError: see `find_catalogue`.
    """
    flet = project.flet
    generation = load_generations().newest if flet is None else flet.generation
    date = "" if flet is None or flet.found is None else flet.found.python_build
    download = downloader(environ, listener)
    return find_catalogue(generation, settings, environ, date=date, download=download)


def manifest_files(
    catalogue: Catalogue, settings: Settings, environ: Mapping[str, str]
) -> tuple[Path, ...]:
    """Files that decide which table is found; absolute, and not all of them are there.

    A copy decides until the first one that is there: those behind it are not looked at.
    """
    if catalogue.is_fixed:
        return ()
    named = environ.get(MANIFEST_VARIABLE)
    if named:
        return (Path(named).absolute(),)
    date = catalogue.wanted_date or catalogue.date
    files: list[Path] = []
    for path in () if date in SHIPPED_DATES else _copies(date, settings, environ):
        files.append(path.absolute())
        if path.is_file():
            return tuple(files)
    return (*files, shipped_path("python-releases.json"))


def downloader(environ: Mapping[str, str], listener: "Listener") -> Download:
    """Fetches manifests from python-build's releases."""

    def download(date: str) -> bytes:
        from flet_lock.index.release_asset import (  # noqa: PLC0415 - once per version of Flet
            MANIFEST_URL,
            download_release_asset,
        )

        url = MANIFEST_URL.format(date=date)
        return download_release_asset(url, environ=environ, listener=listener)

    return download


def _copies(date: str, settings: Settings, environ: Mapping[str, str]) -> Iterator[Path]:
    """Where a manifest may be, in order; lazily: our own place takes an import to find."""
    yield from _flets_own(date, environ)
    yield from _kept(date, settings)


def _flets_own(date: str, environ: Mapping[str, str]) -> Iterator[Path]:
    """Where flet-cli keeps the manifest of a date for ever."""
    root = environ.get("FLET_CACHE_DIR")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if root or home:
        folder = Path(root) if root else Path(home or "", ".flet", "cache")
        yield folder / "python-build" / f"manifest-{date}.json"


def _kept(date: str, settings: Settings) -> tuple[Path, ...]:
    """Where this program does."""
    if settings.no_cache:
        return ()
    return (cache_folder(settings) / "python-build" / f"manifest-{date}.json",)


def _failed_lately(date: str, settings: Settings) -> bool:
    """Whether a download of the last hour failed: where GitHub is not let through, each would."""
    if settings.refresh:
        return False
    for path in _kept(date, settings):
        try:
            age = time.time() - path.with_suffix(_FAILED).stat().st_mtime
        except OSError:
            continue
        if 0 <= age < _SECONDS_WITHOUT:
            return True
    return False


def _keep(places: Iterable[Path], content: bytes) -> None:
    for path in places:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(content)
            fresh.replace(path)
        except OSError:
            continue  # it will be asked for again
