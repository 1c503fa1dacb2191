"""Whether the locks are in step with the project, in words."""

from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.targets import build_with, describe_platforms, join_words
from flet_lock.workflows.locking.check import CheckOutcome


def summarise_check(outcome: CheckOutcome) -> str:
    """One line with the answer."""
    name = clean(outcome.project_name)
    if outcome.in_step:
        paths = join_words(clean(path) for path in outcome.lock_paths)
        verb = "is" if len(outcome.lock_paths) == 1 else "are"
        return f"{paths} {verb} in step with {name}"
    where = describe_platforms(drift.platform for drift in outcome.drifts)
    if _nothing_there(outcome):
        return f"{name} has no lock for {where}"
    return f"The lock for {where} is out of step with {name}"


def group_drifts(outcome: CheckOutcome) -> list[tuple[str, tuple[str, ...]]]:
    """Sentences with the platforms they are about; `""` for those that hold for all locks.

    None where there is no lock at all: the summary has said so.
    """
    if _nothing_there(outcome) or not outcome.drifts:
        return []
    from flet_lock.reports.wording.lock.drifts import explain_drift  # noqa: PLC0415 - only then

    found: dict[str, list[Drift]] = {}
    platforms = []
    for drift in outcome.drifts:
        platforms.append(drift.platform)
        for sentence in explain_drift(drift):
            found.setdefault(sentence, []).append(drift)
    grouped: dict[str, list[str]] = {}
    for sentence, those in found.items():
        everywhere = {drift.platform for drift in those} == set(platforms)
        says_so = any(drift.kind.is_of_the_file for drift in those)
        label = "" if everywhere or says_so else describe_platforms(d.platform for d in those)
        grouped.setdefault(label, []).append(sentence)
    return [(label, tuple(sentences)) for label, sentences in grouped.items()]


def explain_mend(outcome: CheckOutcome) -> str:
    """The command that brings the locks in step."""
    if _nothing_there(outcome):
        return f"make it with {code(outcome.locking_command)} and commit it"
    return f"{code(outcome.locking_command)} brings the lock in step; then commit it"


def explain_build(outcome: CheckOutcome) -> str:
    """The build that takes what is locked."""
    command = code(build_with(outcome.platforms[0]))
    return f"{command} builds from the lock; a plain {code('flet build')} does not"


def _nothing_there(outcome: CheckOutcome) -> bool:
    return all(drift.kind is DriftKind.MISSING for drift in outcome.drifts)
