"""What is to be looked at, each with a rule and a place: GitHub annotates it, SARIF lists it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.analysis.graph import DependencyGraph
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.failure import Failure
from flet_lock.reports.wording.lock.check_summary import explain_mend, group_drifts, summarise_check
from flet_lock.reports.wording.lock.downgrades import explain_downgrade
from flet_lock.reports.wording.lock.lock_summary import (
    explain_cutoff_exemption,
    explain_files_written,
    explain_next_step,
    explain_pins_of_class,
    summarise_lock,
)
from flet_lock.reports.wording.lock.notes import explain_note
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome

PROJECT_FILE: Final = "pyproject.toml"
LEVELS: Final = ("error", "warning", "notice")
"""The most telling first."""

RULES: Final = {
    "out-of-step": "The lock is not what the project asks for",
    "refused-by-strict": "The lock has warnings that --strict refuses",
    "older-than-desktop": "A package is taken older than a desktop would get it",
    "hollow-wheel": "A wheel installs without its native library and fails on the device",
    "project-note": "A remark on the project's files",
    "cutoff-not-applied": "An index gives no upload times, so --exclude-newer was not applied",
    "binary-not-loaded": "A locked binary that no phone loads",
    "binary-refused-by-store": "A locked binary that Google Play or the App Store refuses",
    "binary-lost-in-build": "A locked binary that is not found where a Flet build puts it",
    "binary-of-one-python": "A locked binary that another Python takes and cannot load",
    "binary-to-look-at": "A locked binary that may be right or wrong, or could be smaller",
    "package-not-found": "No index knows the package",
    "no-matching-version": "No version of the package satisfies what is asked for",
    "no-usable-release": "No version that fits has wheels for every target",
    "conflict": "Requirements cannot hold together",
    "project-fault": "The project's files have a fault",
    "failed": "It could not be done or found out",
}
"""Names of rules, which never change their meaning, and what each is about."""
_BLOCKERS: Final = {
    "PackageNotFound": "package-not-found",
    "NoMatchingVersion": "no-matching-version",
    "NoUsableRelease": "no-usable-release",
    "Conflict": "conflict",
}


class Finding(Struct, frozen=True, kw_only=True):
    """One thing to look at."""

    level: Literal["error", "warning", "notice"]
    rule: str
    """A key of `RULES`."""
    subject: str = ""
    """The package it is about; `""` where it is about none."""
    place: Place | None
    """In a file of the app; None where that is not one place."""
    title: str
    body: str
    """May have several lines."""


Locate = Callable[[Place], Place]
"""Adds the line to a place."""


def lock_findings(outcome: LockOutcome) -> list[Finding]:
    """What an answer gives to look at, the most telling first."""
    found = [*_refusal(outcome), *_notes(outcome)]
    for platform in outcome.platforms:
        found += _platform_findings(platform, outcome.places)
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def _refusal(outcome: LockOutcome) -> Iterator[Finding]:
    if outcome.exit_code:
        reason = "\n".join([explain_files_written(outcome), f"next: {explain_next_step(outcome)}"])
        yield Finding(
            level="error",
            rule="refused-by-strict" if outcome.refused else "out-of-step",
            place=Place(file=PROJECT_FILE),
            title=summarise_lock(outcome),
            body=reason,
        )


def _notes(outcome: LockOutcome) -> Iterator[Finding]:
    for note in outcome.notes:
        yield Finding(
            level="warning" if note.is_warning else "notice",
            rule="project-note",
            place=note.place,
            title="flet-lock",
            body=explain_note(note),
        )
    if outcome.cutoff_exempt:
        yield Finding(
            level="notice",
            rule="cutoff-not-applied",
            place=Place(file=PROJECT_FILE),
            title="flet-lock",
            body=explain_cutoff_exemption(outcome.cutoff_exempt),
        )


def _platform_findings(
    platform: PlatformOutcome, places: Mapping[NormalizedName, Place]
) -> Iterator[Finding]:
    answer = platform.resolution
    label = platform.platform.label
    graph = DependencyGraph(targets=answer.targets, requires=answer.requires, nodes=answer.pins)
    for pin in answer.pins:
        if pin.worst is Availability.HOLLOW:
            yield Finding(
                level="warning",
                rule="hollow-wheel",
                subject=pin.package,
                place=_place(pin.package, graph, places),
                title=f"Will fail on {label}: {pin.package}",
                body=explain_pins_of_class(Availability.HOLLOW, [pin], answer),
            )
    for downgrade in platform.downgrades:
        yield Finding(
            level="warning",
            rule="older-than-desktop",
            subject=downgrade.package,
            place=_place(downgrade.package, graph, places),
            title=f"Older on {label}: {downgrade.package}",
            body=explain_downgrade(downgrade),
        )


def _place(
    package: NormalizedName, graph: DependencyGraph, places: Mapping[NormalizedName, Place]
) -> Place:
    """The app's requirement that brings a package in, by the shortest way."""
    if package in graph.nodes:
        for above in graph.within_reach(package, upwards=True, depth=None):
            if above is not None and above in places:
                return places[above]
    return places.get(package, Place(file=PROJECT_FILE))


def check_findings(outcome: CheckOutcome) -> list[Finding]:
    """One error for all differences, at the first that has a place; none where there is none."""
    if outcome.in_step:
        return []
    lines = [
        f"{sentence} ({label})" if label else sentence
        for label, sentences in group_drifts(outcome)
        for sentence in sentences
    ]
    places = [place for drift in outcome.drifts for place in drift.places if place is not None]
    return [
        Finding(
            level="error",
            rule="out-of-step",
            place=places[0] if places else Place(file=PROJECT_FILE),
            title=summarise_check(outcome),
            body="\n".join([*lines, f"next: {explain_mend(outcome)}"]),
        )
    ]


def failure_findings(outcome: Failure) -> list[Finding]:
    """One error per problem."""
    rules = _rules_of(outcome.error)
    explanation = outcome.explanation
    return [
        explained(part, rule=rules.get(part.subject, rules[""]))
        for part in explanation.parts or (explanation,)
    ]


def _rules_of(error: BaseException) -> dict[str, str]:
    """Package to the rule that it breaks; the rule of the rest under `""`."""
    if isinstance(error, CannotLock):
        kinds = {str(each.package): _BLOCKERS[type(each).__name__] for each in error.blockers}
        return {"": next(iter(kinds.values()), "failed"), **kinds}
    return {"": "project-fault" if isinstance(error, ProjectError) else "failed"}


def explained(part: Explanation, *, rule: str) -> Finding:
    """An explanation as an error."""
    hints = [
        f"{'next' if number == 0 else 'or'}: {hint.removeprefix('or ')}"
        for number, hint in enumerate(part.hints)
    ]
    return Finding(
        level="error",
        rule=rule,
        subject=part.subject,
        place=part.place,
        title=part.summary,
        body="\n".join([*part.details, *hints]) or part.summary,
    )


def located(findings: Iterable[Finding], locate: Locate) -> Iterator[Finding]:
    """The findings with the lines of their places."""
    for each in findings:
        yield each if each.place is None else replace(each, place=locate(each.place))
