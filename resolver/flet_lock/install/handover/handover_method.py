"""By which method a lock is handed over to a build's pip, and why.

pip's environment variables are used where they are exact: no program of ours runs inside the build.
Where they are not, `PIP_PYTHON` names `flet-lock-pip`, which replaces pip's whole command line.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum

from msgspec.structs import replace
from packaging.utils import BuildTag, NormalizedName, parse_wheel_filename

from flet_lock.install.plan import InstallPlan
from flet_lock.lockfile.package import LockedFile
from flet_lock.model.app.project import NoteKind, Project
from flet_lock.model.facts.oldest_os import OLDEST_OS
from flet_lock.model.target import Platform, Target
from flet_lock.targets.tags import tag_ranks


class Reason(StrEnum):
    """Why pip's variables alone would not install exactly the lock."""

    DIRECT_REFERENCE = "direct-reference"
    """The build names a URL or a folder, and pip would fetch from there."""
    MARKER = "marker"
    """A requirement has a marker, which pip asks of the build machine."""
    HASHES = "hashes"
    """requirements.txt has hashes of its own beside ours."""
    SOURCE_PACKAGES = "source-packages"
    """The build tells pip to take no wheel of some packages."""
    BUILT_HERE = "built-here"
    """A wheel is built here of something that the build names by its place."""
    OVERRIDE = "override"
    """The lock overrides what the build asks for."""
    OPTIONAL = "optional"
    """flet-cli asks for Poetry's optional packages, too, and they are not locked."""
    CONSTRAINT = "constraint"
    """flet-cli makes a requirement of a Poetry constraint that pip refuses."""
    SOME_SLICES = "some-slices"
    """Not every slice gets every package."""
    OTHER_WHEEL = "other-wheel"
    """For a slice pip would rank another locked wheel higher than the locked one."""
    UNSHIPPED_ABI = "unshipped-abi"
    """The build's pip runs for an ABI, too, that no app gets and that is not locked."""
    MINIMUM_OS = "minimum-os"
    """A wheel needs a newer OS than the build's pip believes to install for."""


_OF_NOTES = {
    NoteKind.OPTIONAL_LEFT_OUT: Reason.OPTIONAL,
    NoteKind.POETRY_BROKEN_IN_BUILD: Reason.CONSTRAINT,
    NoteKind.COMMA_BREAKS_BUILD: Reason.CONSTRAINT,
}
"""What remarks on the project mean for its build."""


def reasons_for_program(
    plan: InstallPlan,
    targets: Collection[Target],
    project: Project,
    *,
    source_packages: Collection[str],
    unshipped: Collection[str],
) -> tuple[Reason, ...]:
    """Why it takes `flet-lock-pip` to hand a lock over; empty if pip's variables suffice.

    Args:
        plan: what the build is to install.
        targets: the targets of the build, one for each slice of the plan.
        project: the app, whose requirements the build passes to pip.
        source_packages: `--source-packages` of the build's command, beside the project's own.
        unshipped: slices that pip runs for, too, and that get nothing.
    """
    reasons = set(_project_reasons(project, plan.platform))
    if unshipped:
        reasons.add(Reason.UNSHIPPED_ABI)
    if source_packages:
        reasons.add(Reason.SOURCE_PACKAGES)
    files = [planned.wheel for planned in plan.packages if planned.wheel is not None]
    if len(files) < len(plan.packages):
        reasons.add(Reason.BUILT_HERE)
    everywhere = {planned.package for planned in plan.packages}
    for target in targets:
        here = plan.for_slice(target.slice_name)
        if {planned.package for planned in here} != everywhere:
            reasons.add(Reason.SOME_SLICES)
        chosen = {planned.wheel.filename for planned in here if planned.wheel is not None}
        names = {planned.package for planned in here}
        reasons |= _ranking_reasons([one for one in files if one.package in names], chosen, target)
    return tuple(reason for reason in Reason if reason in reasons)


def _project_reasons(project: Project, platform: Platform) -> Iterator[Reason]:
    """The reasons in what the build puts on pip's command line."""
    for wanted in project.requirements:
        if wanted.platform not in (None, platform):
            continue
        if wanted.requirement.url is not None:
            yield Reason.DIRECT_REFERENCE
        if wanted.requirement.marker is not None:
            yield Reason.MARKER
        if wanted.hashes:
            yield Reason.HASHES
    if project.source_packages.get(platform):
        yield Reason.SOURCE_PACKAGES
    if any(wanted.platform in (None, platform) for wanted in project.overrides):
        yield Reason.OVERRIDE
    yield from (_OF_NOTES[note.kind] for note in project.notes if note.kind in _OF_NOTES)


def _ranking_reasons(files: list[LockedFile], chosen: set[str], target: Target) -> set[Reason]:
    """Whether pip, given all wheels of the lock, would take the chosen ones."""
    reasons = set()
    ranks = tag_ranks(replace(target, minimum_os=OLDEST_OS[target.platform]))
    best: dict[NormalizedName, tuple[int, BuildTag]] = {}
    keys: dict[str, tuple[int, BuildTag]] = {}
    for file in files:
        _, _, build, tags = parse_wheel_filename(file.filename)
        rank = min((ranks[tag] for tag in tags if tag in ranks), default=None)
        if rank is not None:
            # pip, `CandidateEvaluator._sort_key`: the best tag, then the highest build.
            keys[file.filename] = key = (-rank, build)
            best[file.package] = max(best.get(file.package, key), key)
        elif file.filename in chosen:
            reasons.add(Reason.MINIMUM_OS)
    for file in files:
        if file.filename not in keys or file.filename in chosen:
            continue
        # Where two are equally good, the order in which pip finds them would decide.
        if keys[file.filename] == best[file.package]:
            reasons.add(Reason.OTHER_WHEEL)
    return reasons
