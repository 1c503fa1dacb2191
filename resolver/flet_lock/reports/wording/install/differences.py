"""How a tree differs from its lock, in words."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.reports.layout.clean_text import GLUE, clean, clip, code
from flet_lock.reports.wording.targets import join_words
from flet_lock.workflows.building.handover_outcome import RunOutcome, Surprise, VerifyOutcome

PATHS_SHOWN = 5
"""Of one package; all of them with -v."""
_ABOUT_PACKAGES = (
    DifferenceKind.PACKAGE_EXTRA,
    DifferenceKind.PACKAGE_MISSING,
    DifferenceKind.VERSION,
)


def summarise_verify(outcome: VerifyOutcome) -> str:
    """One line with the answer."""
    where, lock = clean(outcome.directory), clean(outcome.lock_path)
    if not outcome.is_the_lock:
        count = _counted(len(outcome.differences), "difference")
        return f"{where} is not what {lock} says: {count}"
    slices = join_words(map(clean, outcome.slices))
    return (
        f"{where} is what {lock} says: {_counted(outcome.packages, 'package')} for {slices}, "
        f"{_counted(outcome.files, 'file')}, {outcome.seconds:.2f}{GLUE}s"
    )


def explain_surprise(surprise: Surprise) -> str:
    """A tool of the build that is not the one the lock counts on."""
    return (
        f"the build used {surprise.tool} {clean(surprise.found)}, and the lock counts on "
        f"{clean(surprise.expected)}"
    )


def explain_unproven(outcome: VerifyOutcome) -> str:
    """What could not be told; `""` where everything could."""
    if not outcome.unproven:
        return ""
    return (
        f"{_counted(outcome.unproven, 'compiled file')} could be told by Python version and source "
        f"size only: there is no Python {clean(outcome.python)} here to compile the locked source"
    )


def group_differences(
    differences: Iterable[Difference], *, most: int | None = PATHS_SHOWN
) -> list[tuple[str, tuple[str, ...]]]:
    """Sentences under the package they are about, `""` for those about none, sorted.

    Where a package as a whole is another one, its files are only counted.

    Args:
        differences: in any order.
        most: sentences for each package; None for all.
    """
    packages: dict[str, list[Difference]] = {}
    for difference in differences:
        packages.setdefault(difference.package or "", []).append(difference)
    return [(name, _sentences(packages[name], most)) for name in sorted(packages)]


def explain_difference(difference: Difference) -> str:  # noqa: C901, PLR0911 - a row per kind
    """One difference, without its slice."""
    path = clean(difference.path)
    expected, found = clip(difference.expected, 90), clip(difference.found, 90)
    match difference.kind:
        case DifferenceKind.SLICE_MISSING:
            return "there is no folder for this slice"
        case DifferenceKind.PACKAGE_MISSING:
            return f"{expected} is locked, but not installed"
        case DifferenceKind.PACKAGE_EXTRA:
            return f"{found} is installed, but not locked"
        case DifferenceKind.VERSION:
            return f"{found} is installed, {expected} is locked"
        case DifferenceKind.MISSING:
            return f"{path} is missing"
        case DifferenceKind.CHANGED:
            return f"{path} was changed (locked: {expected}; found: {found})"
        case DifferenceKind.BYTECODE:
            return f"{path} should be {expected}, but is {found}"
        case DifferenceKind.STRAY:
            return f"{path} is there, and no locked wheel brings it"
        case DifferenceKind.NOT_A_FILE:
            return f"{path} is a link, a folder or a device, and should be a file"
        case DifferenceKind.UNREADABLE:
            return f"{path or 'the folder'} cannot be read: {found}"
        case _:
            assert_never(difference.kind)


def _sentences(differences: Sequence[Difference], most: int | None) -> tuple[str, ...]:
    whole = [one for one in differences if one.kind in _ABOUT_PACKAGES]
    slices = {one.slice_name for one in whole}
    files = [one for one in differences if one not in whole and one.slice_name not in slices]
    found: dict[str, list[str]] = {}
    for difference in (*whole, *files):
        found.setdefault(explain_difference(difference), []).append(difference.slice_name)
    lines = [
        f"{sentence} ({join_words(map(clean, names))})" if any(names) else sentence
        for sentence, names in found.items()
    ]
    rest = len(differences) - len(whole) - len(files)
    if rest:
        lines.append(f"so {_counted(rest, 'file')} of it differ")
    if most is not None and len(lines) > most:
        lines = [*lines[:most], f"and {len(lines) - most} more"]
    return tuple(lines)


def explain_verify_mend(outcome: VerifyOutcome) -> str:
    """What to do about a tree that is not the lock."""
    command = code(f"flet-lock install --platform {outcome.platform.value}")
    build = code("flet-lock run -- flet build …")
    return f"install it again with {build} or {command}"


def summarise_run(outcome: RunOutcome) -> str:
    """One line about what a build installed."""
    verified = outcome.verification
    if verified is None:
        return (
            f"the command ended with exit code {outcome.command_exit_code}; what it installed "
            "was not looked at"
        )
    return summarise_verify(verified)


def explain_run_mend(outcome: RunOutcome) -> str:
    """What to do about a build that did not install the lock."""
    if not outcome.installed_anew:
        return (
            "run it again: Flet kept the packages of an earlier build, and installs them anew then"
        )
    return f"look at what the build says with {code('-v')}: its pip did not install what is locked"


def _counted(count: int, noun: str) -> str:
    return f"{count}{GLUE}{noun}" if count == 1 else f"{count}{GLUE}{noun}s"
