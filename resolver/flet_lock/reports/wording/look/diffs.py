"""What became of the locks since a commit, in words."""

from collections.abc import Iterator, Sequence

from flet_lock.lockfile.changes import IndexMove, PackageChange, across_platforms
from flet_lock.model.answer.drift import Drift
from flet_lock.model.target import Platform
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.targets import describe_platforms
from flet_lock.workflows.inspecting.diff import DiffOutcome

_DIGITS = 8
"""Of a commit: enough to find it."""


def summarise_diff(outcome: DiffOutcome) -> str:
    """One line with the answer."""
    name, since = clean(outcome.project_name), clean(outcome.revision)
    if not outcome.commit.startswith(outcome.revision):
        since += f" ({outcome.commit[:_DIGITS]})"
    changed = [each.platform for each in outcome.locks if each.differs]
    if not changed:
        where = describe_platforms(each.platform for each in outcome.locks)
        return f"The lock of {name} for {where} is as it was at {since}"
    return f"The lock of {name} for {describe_platforms(changed)} has changed since {since}"


def changes_of(outcome: DiffOutcome) -> dict[Platform, tuple[PackageChange, ...]]:
    """Changed packages by platform."""
    return {each.platform: each.changes.packages for each in outcome.locks}


def moves_of(outcome: DiffOutcome) -> list[IndexMove]:
    """Packages from other indexes, each once."""
    return list(dict.fromkeys(move for each in outcome.locks for move in each.changes.moved))


def explain_made_for(outcome: DiffOutcome) -> Iterator[str]:
    """What the locks are made for now, and were not then."""
    pythons: dict[str, list[Platform]] = {}
    asked: dict[str, list[Platform]] = {}
    for each in outcome.locks:
        old, new = each.pythons
        if old != new:
            text = f"Python {old} → {new}"
            if old is None or new is None:
                text = "there is no lock any more" if new is None else "there was no lock"
            pythons.setdefault(text, []).append(each.platform)
        for drift in each.asked:
            asked.setdefault(_asked(drift), []).append(each.platform)
    for sentences in (pythons, asked):
        for text, platforms in sentences.items():
            everywhere = len(platforms) == len(outcome.locks)
            yield text if everywhere else f"{text} ({describe_platforms(platforms)})"


def _asked(drift: Drift) -> str:
    name = drift.kind.replace("_", "-")
    signs = [f"+ {code(text)}" for text in drift.added]
    signs += [f"- {code(text)}" for text in drift.removed]
    return f"{name}: {', '.join(signs)}"


def table_of_changes(outcome: DiffOutcome) -> Iterator[Sequence[str]]:
    """A row for each changed package: what became of it, name, before, after, platforms."""
    for change, platforms in across_platforms(changes_of(outcome)).items():
        old, new = change.before, change.after
        versions = [str(each.version) if each else "" for each in (old, new)]
        classes = [
            each.availability.value if each and each.availability else "" for each in (old, new)
        ]
        if old and new and old.availability != new.availability:
            versions = [f"{v} ({c})" for v, c in zip(versions, classes, strict=True)]
        yield (
            change.kind.value,
            change.package,
            *versions,
            describe_platforms(platforms),
        )
