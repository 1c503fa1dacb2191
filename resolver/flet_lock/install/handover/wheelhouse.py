"""The folder that a build's pip installs from: wheels, a page with their hashes, pins.

It holds no way back to an index, and nothing that is not in the lock.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from flet_lock.install.handover.variables import MANIFEST
from flet_lock.install.plan import InstallPlan, PlannedPackage
from flet_lock.model.errors.install import InstallNotWritten
from flet_lock.model.target import Target
from flet_lock.targets.tags import platform_tags

REQUIREMENTS: Final = "locked.txt"
_PINS: Final = "pins.txt"
_PAGE: Final = "links.html"
_WHEELS: Final = "wheels"


class Wheelhouse(Struct, frozen=True, kw_only=True):
    """What was written for a build."""

    folder: Path
    """Where it was written."""
    wheels: Mapping[PlannedPackage, Path]
    """The wheel of each package, under its own name."""

    @property
    def pins(self) -> Path:
        """Pins of all slices together, without hashes."""
        return self.folder / _PINS

    @property
    def page(self) -> Path:
        """HTML with a link to each wheel of all slices, and its SHA-256 in the link."""
        return self.folder / _PAGE


def write_wheelhouse(
    folder: Path,
    plan: InstallPlan,
    targets: Collection[Target],
    wheels: Mapping[PlannedPackage, Path],
    *,
    unshipped: Collection[str] = (),
) -> Wheelhouse:
    """Fills a folder: all wheels in one place for pip's variables, and per slice for the program.

    Wheels are linked where the disk can do that, else copied.

    Args:
        folder: is made; what an earlier call left in it is replaced.
        plan: what the build is to install.
        targets: its targets, one for each slice of the plan.
        wheels: the wheel of each package, verified; names of these files mean nothing.
        unshipped: slices that pip runs for, too, and that get nothing.

    Raises:
        InstallNotWritten: the disk does not take it.
    """
    try:
        for name in (_WHEELS, *plan.slices):
            shutil.rmtree(folder / name, ignore_errors=True)
        links = folder / _WHEELS
        links.mkdir(parents=True, exist_ok=True)
        placed = {planned: _place(planned, wheels[planned], links) for planned in plan.packages}
        pins = dict.fromkeys(f"{one.package}=={one.version}\n" for one in plan.packages)
        (folder / _PINS).write_text("".join(pins), encoding="utf-8")
        (folder / _PAGE).write_text(_page(placed), encoding="utf-8")
        slices = {}
        for target in targets:
            packages = plan.for_slice(target.slice_name)
            own = folder / target.slice_name
            own_links = own / _WHEELS
            own_links.mkdir(parents=True)
            for planned in packages:
                _link(placed[planned], own_links / placed[planned].name)
            _write_requirements(own / REQUIREMENTS, packages, placed)
            slices[target.slice_name] = {
                "wheels": own_links.relative_to(folder).as_posix(),
                "requirements": (own / REQUIREMENTS).relative_to(folder).as_posix(),
                "platforms": list(platform_tags(target)),
            }
        manifest = {
            "platform": plan.platform.value,
            "slices": slices,
            "unshipped": sorted(unshipped),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InstallNotWritten(
            path=str(error.filename or folder), detail=error.strerror or str(error)
        ) from error
    return Wheelhouse(folder=folder, wheels=placed)


def _page(placed: Mapping[PlannedPackage, Path]) -> str:
    """The page of links.

    Hashes in links are what all pips that Flet bundles check for what stands on their command
    line as well: before 26.1, hashes of a constraint do not count there.
    """
    links = {
        wheel.name: f'<a href="{_WHEELS}/{quote(wheel.name)}#sha256={_sha256(planned, wheel)}">'
        f"{escape(wheel.name)}</a><br>\n"
        for planned, wheel in placed.items()
    }
    return f"<!DOCTYPE html>\n<html><body>\n{''.join(links.values())}</body></html>\n"


def requirements_text(pins: Iterable[tuple[str, str, Collection[str]]]) -> str:
    """Pins as pip's hash-checking mode wants them.

    Args:
        pins: name, version and hex SHA-256 digests, in order.
    """
    return "".join(
        " \\\n    ".join([f"{name}=={version}", *(f"--hash=sha256:{each}" for each in hashes)])
        + "\n"
        for name, version, hashes in pins
    )


def _write_requirements(
    path: Path, packages: Iterable[PlannedPackage], placed: Mapping[PlannedPackage, Path]
) -> None:
    hashes: dict[tuple[str, str], list[str]] = {}
    for planned in packages:
        digests = hashes.setdefault((planned.package, str(planned.version)), [])
        digests.append(_sha256(planned, placed[planned]))
    text = requirements_text(
        (name, version, sorted(set(digests))) for (name, version), digests in hashes.items()
    )
    path.write_text(text, encoding="utf-8")


def _sha256(planned: PlannedPackage, wheel: Path) -> str:
    """The lock's digest; that of the file where the lock has other hashes, or it was built here."""
    if planned.wheel is not None and "sha256" in planned.wheel.hashes:
        return planned.wheel.hashes["sha256"].lower()
    with wheel.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _place(planned: PlannedPackage, wheel: Path, links: Path) -> Path:
    name = wheel.name if planned.wheel is None else planned.wheel.filename
    _link(wheel, links / name)
    return links / name


def _link(source: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)
