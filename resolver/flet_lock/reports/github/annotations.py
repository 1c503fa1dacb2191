"""Annotations of what is locked, checked, built or has failed."""

from collections.abc import Iterator

from flet_lock.model.answer.resolution import Availability
from flet_lock.model.app.requirement import Place
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.github.workflow_command import annotation
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.wording.install.differences import (
    group_differences,
    summarise_run,
    summarise_verify,
)
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
from flet_lock.workflows.building.handover_outcome import RunOutcome, VerifyOutcome
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.outcome import LockOutcome

PROJECT_FILE = "pyproject.toml"


def lock_annotations(outcome: LockOutcome, *, folder: str) -> Iterator[str]:
    """A line for each thing to look at, and one that says it is done.

    Args:
        outcome: What the run did.
        folder: The project's folder relative to the checkout, with `/`; `""` for its root.
    """
    project = Place(file=PROJECT_FILE)
    if outcome.exit_code:
        reason = "\n".join([explain_files_written(outcome), f"next: {explain_next_step(outcome)}"])
        yield annotation("error", folder, project, summarise_lock(outcome), reason)
    for note in outcome.notes:
        level = "warning" if note.is_warning else "notice"
        yield annotation(level, folder, note.place, "flet-lock", explain_note(note))
    if outcome.cutoff_exempt:
        text = explain_cutoff_exemption(outcome.cutoff_exempt)
        yield annotation("notice", folder, project, "flet-lock", text)
    for platform in outcome.platforms:
        label = platform.platform.label
        for downgrade in platform.downgrades:
            title = f"Older on {label}: {downgrade.package}"
            yield annotation("warning", folder, project, title, explain_downgrade(downgrade))
        for pin in platform.resolution.pins:
            if pin.worst is Availability.HOLLOW:
                text = explain_pins_of_class(Availability.HOLLOW, [pin], platform.resolution)
                title = f"Will fail on {label}: {pin.package}"
                yield annotation("warning", folder, project, title, text)
    if not outcome.exit_code:
        yield clean(summarise_lock(outcome))


def check_annotations(outcome: CheckOutcome, *, folder: str) -> Iterator[str]:
    """An error for each group of differences, or one line where there is none."""
    title = summarise_check(outcome)
    if outcome.in_step:
        yield clean(title)
        return
    lines = [
        f"{sentence} ({label})" if label else sentence
        for label, sentences in group_drifts(outcome)
        for sentence in sentences
    ]
    body = "\n".join([*lines, f"next: {explain_mend(outcome)}"])
    yield annotation("error", folder, Place(file=PROJECT_FILE), title, body)


def verify_annotations(outcome: VerifyOutcome) -> Iterator[str]:
    """An error for each package that is not as locked, or one line where all are."""
    title = summarise_verify(outcome)
    for package, sentences in group_differences(outcome.differences):
        yield annotation("error", "", None, package or title, "\n".join(sentences))
    yield clean(title)


def run_annotations(outcome: RunOutcome) -> Iterator[str]:
    """As for a verification; an error where the command failed."""
    if outcome.verification is not None:
        yield from verify_annotations(outcome.verification)
    else:
        yield annotation("error", "", None, "The build failed", summarise_run(outcome))


def failure_annotations(explanation: Explanation, *, folder: str) -> Iterator[str]:
    """One error per problem."""
    for part in explanation.parts or (explanation,):
        hints = [
            f"{'next' if number == 0 else 'or'}: {hint.removeprefix('or ')}"
            for number, hint in enumerate(part.hints)
        ]
        body = "\n".join([*part.details, *hints]) or part.summary
        yield annotation("error", folder, part.place, part.summary, body)
    if explanation.parts:
        yield clean(explanation.summary)
