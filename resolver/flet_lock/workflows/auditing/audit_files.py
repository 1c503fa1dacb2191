"""`flet-lock audit FILE.whl…` and `flet-lock audit NAME[==V]…`: wheels without an app."""

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from flet_lock.audit.native_facts import load_native_facts, processor_of
from flet_lock.index.repository import Repository
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.facts.slices import SLICES
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform, Target
from flet_lock.project.app import read_project
from flet_lock.targets.catalogue import Catalogue, load_catalogue
from flet_lock.targets.generations import load_generations
from flet_lock.targets.shipped_data import shipped_path
from flet_lock.workflows.auditing.audit_lock import is_pure_name
from flet_lock.workflows.auditing.audit_outcome import AuditOutcome, AuditTerms
from flet_lock.workflows.auditing.audited_slices import AuditedWheel, audit_wheels
from flet_lock.workflows.auditing.kept_binaries import KeptBinaries, sha256_of_file
from flet_lock.workflows.inspecting.package_arguments import parse_package
from flet_lock.workflows.repository import open_indexes

_TAG: Final = re.compile(
    r"(?P<platform>android|ios)_(?P<major>\d+)(?:_(?P<minor>\d+))?_(?P<abi>.+)"
)
_SLICES: Final = {(each.platform, each.tag): each.name for each in SLICES}
_FETCH_SECONDS: Final = 600.0


class _NamedWheel(Struct, frozen=True, kw_only=True):
    """A wheel and what its name says."""

    package: NormalizedName
    version: Version
    filename: str
    tags: frozenset[Tag]
    path: Path
    digest: str | None


def audit_files(
    paths: Sequence[Path],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
) -> AuditOutcome:
    """Audits wheels that are here: each slice that one is for, by its name.

    Raises:
        UsageError: one is not there, or is not named as a wheel.
    """
    started = time.monotonic()
    _, settings = read_project(
        Path(), options=options, environ=environ, generations=load_generations()
    )
    wheels = [_named(path.name, path, _digest(path)) for path in paths]
    return _audited(wheels, settings, started, terms=terms)


def audit_packages(
    root: Path,
    words: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
    listener: Listener,
) -> AuditOutcome:
    """Audits the wheels for phones of releases on the indexes: the newest that have any.

    Args:
        root: a folder; where it holds an app, the app's indexes are asked.
        words: `pillow`, `wasmtime==50.0.1`.
        options: the layer of options; `platform` and `arch` choose wheels.
        environ: the process environment.
        terms: what fails the run, and what is to be shown.
        listener: receives events of what is fetched.

    Raises:
        UsageError: a word is no package, or no index has such a release with binaries.
        IndexFailure: an index or a wheel could not be had.
    """
    started = time.monotonic()
    wanted = [parse_package(word) for word in words]
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    opened = open_indexes(settings, root=project.root, environ=environ, listener=listener)
    with closing(opened) as repository:
        repository.prefetch_listings(canonicalize_name(each.name) for each in wanted)
        artifacts = [file for each in wanted for file in _for_phones(each, repository, settings)]
        copies = repository.local_copies(artifacts, seconds=_FETCH_SECONDS)
        wheels = []
        for file in artifacts:
            path = copies[file.url]
            if isinstance(path, IndexFailure):
                raise path
            if path is not None:
                wheels.append(_named(file.filename, path, file.sha256))
        return _audited(wheels, settings, started, terms=terms)


def _for_phones(wanted: Requirement, repository: Repository, settings: Settings) -> Iterator[Wheel]:
    """The binary wheels for phones of the newest release that has any.

    Raises:
        UsageError: there is no such release.
    """
    name = canonicalize_name(wanted.name)
    listing = repository.listing(name)
    prereleases = bool(settings.prereleases) or wanted.specifier.prereleases
    for version in wanted.specifier.filter(listing.versions, prereleases=prereleases):
        found = [
            file
            for file in listing.for_phones(version)
            if isinstance(file, Wheel)
            and not is_pure_name(file.filename)
            and any(target_of(tag, settings) for tag in file.tags)
        ]
        if found:
            yield from found
            return
    detail = "no release has wheels with binaries for phones" if listing.found else "unknown"
    raise UsageError(option="PACKAGE", value=str(wanted), detail=detail)


def _named(filename: str, path: Path, digest: str | None) -> _NamedWheel:
    try:
        package, version, _, tags = parse_wheel_filename(filename)
    except (InvalidWheelFilename, ValueError) as error:
        raise UsageError(option="FILE", value=filename, detail="not the name of a wheel") from error
    return _NamedWheel(
        package=package, version=version, filename=filename, tags=tags, path=path, digest=digest
    )


def _digest(path: Path) -> str:
    try:
        return sha256_of_file(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError(option="FILE", value=str(path), detail=detail) from error


def _audited(
    wheels: Sequence[_NamedWheel],
    settings: Settings,
    started: float,
    *,
    terms: AuditTerms,
) -> AuditOutcome:
    facts = load_native_facts()
    kept = KeptBinaries(settings, facts)
    catalogue = load_catalogue(shipped_path("python-releases.json"))
    releases: defaultdict[tuple[NormalizedName, Version], list[AuditedWheel]] = defaultdict(list)
    for wheel in wheels:
        for target in _targets(wheel, catalogue, settings):
            processor = processor_of(target.slice_name)
            content = kept.find(wheel.digest, processor)
            if content is None:
                content = kept.read_wheel(wheel.path, wheel.digest, processor)
            releases[wheel.package, wheel.version].append(
                AuditedWheel(
                    package=wheel.package,
                    version=wheel.version,
                    filename=wheel.filename,
                    target=target,
                    content=content,
                )
            )
    packages = [
        package
        for own in releases.values()
        for package in audit_wheels(
            own,
            facts=facts,
            generation=load_generations().newest,
            pythons=[each.version for each in catalogue.releases if not each.prerelease],
            incomplete=[each.target for each in own if each.content.requires_others],
        )
    ]
    return AuditOutcome(
        subject="",
        packages=tuple(packages),
        wheels=len(wheels),
        read=kept.read,
        not_read=(),
        fail_on=terms.fail_on,
        with_sizes=terms.with_sizes,
        seconds=time.monotonic() - started,
    )


def _targets(wheel: _NamedWheel, catalogue: Catalogue, settings: Settings) -> list[Target]:
    """The slices that a wheel is for, with the oldest Python and OS that its tags name.

    What its tags promise is what is checked: an app may ask for less.
    """
    found: dict[str, Target] = {}
    for tag in sorted(wheel.tags, key=str):
        target = target_of(tag, settings, default=catalogue.default.version)
        if target is not None:
            found.setdefault(target.slice_name, target)
    return [found[each.name] for each in SLICES if each.name in found]


def target_of(tag: Tag, settings: Settings, default: tuple[int, int] = (3, 14)) -> Target | None:
    """The target that a tag of a wheel names; None where it is no phone's, or is not wanted."""
    parts = _TAG.fullmatch(tag.platform)
    if parts is None:
        return None
    platform = Platform(parts["platform"])
    name = _SLICES.get((platform, parts["abi"]))
    if name is None or platform not in settings.platforms:
        return None
    if settings.archs and name not in settings.archs:
        return None
    minor = tag.interpreter.removeprefix("cp3")
    python = (3, int(minor)) if minor.isdecimal() else default
    if tag.abi == "abi3":
        python = max(python, (3, 12))
    return Target(
        platform=platform,
        slice_name=name,
        python_version=python,
        python_full_version="{}.{}.0".format(*python),
        minimum_os=(int(parts["major"]), int(parts["minor"] or 0)),
    )
