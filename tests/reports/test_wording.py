"""Every value that can be shown has words; each message names a next step."""

import sys
from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes import outcomes
from fakes.every_error import ERRORS, NUMPY, PLACE
from fakes.outcomes import IOS
from flet_lock.model import errors as model_errors
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.drift import DriftKind
from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.usage import (
    UsageError,
)
from flet_lock.model.facts.advice import Advice, AdviceKind
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import GLUE
from flet_lock.reports.wording.failure.errors import (
    explain,
    explain_interrupted,
    explain_unexpected,
)
from flet_lock.reports.wording.failure.faults import explain_fault
from flet_lock.reports.wording.lock.downgrades import explain_downgrade, group_downgrades
from flet_lock.reports.wording.lock.drifts import explain_drift
from flet_lock.reports.wording.lock.notes import explain_note, explain_notes


def leaves(base: type[object]) -> set[type[object]]:
    """The classes below `base` that have none below them."""
    below: list[type[object]] = [each for each in base.__subclasses__() if is_public(each)]
    return {base}.union(*map(leaves, below)) - ({base} if below else set())


def is_public(kind: type[object]) -> bool:
    return getattr(sys.modules[kind.__module__], kind.__name__, None) is kind


def sentences(explanation: Explanation) -> Iterator[str]:
    yield explanation.summary
    yield from explanation.details
    yield from explanation.hints
    for part in explanation.parts:
        yield from sentences(part)


def hints_of(explanation: Explanation) -> list[tuple[str, ...]]:
    """The hints of each thing that a user has to act on."""
    return [part.hints for part in explanation.parts] or [explanation.hints]


def test_every_error_has_an_example_here() -> None:
    assert leaves(FletLockError) == set(ERRORS)


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: type(error).__name__)
def test_every_error_has_words_of_its_own_and_a_next_step(error: FletLockError) -> None:
    found = explain(error)
    assert type(error).__name__ not in found.summary
    assert all("`" in hints[0] for hints in hints_of(found))
    assert all(text.count("`") % 2 == 0 for text in sentences(found))


def test_an_error_without_words_still_shows_its_facts() -> None:
    class BrandNewError(FletLockError):
        def __init__(self) -> None:
            self.colour = "green"

    assert "colour: green" in explain(BrandNewError()).details


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: type(error).__name__)
def test_the_exit_code_is_the_one_that_the_error_promises(error: FletLockError) -> None:
    tree = model_errors.__doc__ or ""
    line = next(line for line in tree.splitlines() if f"─ {type(error).__name__} " in line)
    assert f"exit {explain(error).exit_code}" in line


def test_a_message_never_shows_a_password() -> None:
    error = UsageError(
        option="--index", value="corp=https://me:hunter2@example.org", detail="no", choices=()
    )
    assert not any("hunter2" in text for text in sentences(explain(error)))


def test_an_interruption_says_which_locks_are_as_before() -> None:
    found = explain_interrupted(("pylock.ios.toml",))
    assert found.exit_code == 130
    assert found.details == ("pylock.ios.toml is as before",)


def test_an_unexpected_error_says_where_to_report_it() -> None:
    found = explain_unexpected(KeyError("x"))
    assert "KeyError" in found.summary
    assert "/issues" in found.hints[0]


# -------------------------------------------------------------------------- blockers


def test_every_blocker_has_an_example_and_words() -> None:
    blockers = outcomes.every_blocker()
    assert {*get_args(Blocker)} == {type(blocker) for blocker in blockers}
    for blocker, found in zip(blockers, outcomes.explained(*blockers), strict=True):
        assert blocker.package in found.summary
        assert found.subject == blocker.package
        assert found.hints


def test_what_fails_alike_on_both_platforms_is_one_problem() -> None:
    found = explain(outcomes.cannot_lock_for_both())
    assert found.summary == "Cannot lock for Android and iOS: 2 problems"
    assert found.parts[0].summary.endswith("has no wheel for any Android or iOS target")


def test_an_older_release_with_some_wheels_names_the_architecture_to_leave_out() -> None:
    (found,) = outcomes.explained(outcomes.no_32_bit_arm())
    assert "25.0.0" in found.summary
    text = "\n".join(found.details)
    assert "your app → data-kit 2.1 → pyarrow>=15" in text
    assert "on pypi: 25.0.0, desktop wheels only (Linux, macOS, Windows)" in text
    assert "20.0.0 on flet has wheels for arm64-v8a and x86_64" in text
    assert (
        'leave out armeabi-v7a (32-bit ARM): add `target_arch = ["arm64-v8a", "x86_64"]` under '
        "`[tool.flet.android]`"
    ) in found.hints[0]


def test_an_sdist_beside_desktop_wheels_is_never_said_to_be_pure() -> None:
    (found,) = outcomes.explained(outcomes.no_32_bit_arm())
    assert not any("source_packages" in hint for hint in found.hints)
    (found,) = outcomes.explained(outcomes.sources_only())
    assert 'add `source_packages = ["docopt"]` under `[tool.flet]`' in found.hints[0]


def test_wheels_for_another_python_lead_to_that_python() -> None:
    (found,) = outcomes.explained(outcomes.other_python())
    assert '`requires-python = "==3.13.*"`' in found.hints[0]


def test_a_name_of_the_standard_library_is_to_be_deleted() -> None:
    blocker = outcomes.not_found("asyncio")
    advice = Advice(kind=AdviceKind.STANDARD_LIBRARY, package=blocker.package)
    (found,) = outcomes.explained(replace(blocker, advice=advice))
    assert found.hints == (
        (
            "asyncio is part of Python itself: delete `asyncio>=2` in [project].dependencies; "
            "not tried (`flet-lock --fix 1`)"
        ),
    )


def test_a_package_without_files_and_one_with_prereleases_only_are_told_apart() -> None:
    (empty,) = outcomes.explained(outcomes.no_matching_version(newest=None))
    assert "without a single file" in empty.summary
    (unfinished,) = outcomes.explained(outcomes.no_matching_version(newest="1.1b2"))
    assert 'add `prereleases = ["httpx"]`' in unfinished.hints[0]


def test_a_conflict_is_told_as_two_facts() -> None:
    (found,) = outcomes.explained(outcomes.conflict())
    words = "your app asks for `numpy>=2.1`, but old-maths 1.4 needs `numpy<2`"
    assert found.summary == words
    assert "through: your app → data-kit 2.1 → old-maths 1.4 → numpy<2" in found.details


# ------------------------------------------------------------- faults, notes, drifts


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_names_its_place_and_a_next_step(kind: FaultKind) -> None:
    found = explain_fault(Fault(place=PLACE, kind=kind, value="numpy>>2", detail="expected end"))
    assert found.summary.startswith("requirements.txt:3: ")
    assert found.place == PLACE
    assert len(found.hints[0]) > 10


def test_a_fault_with_choices_asks_whether_the_closest_was_meant() -> None:
    fault = Fault(
        place=PLACE,
        kind=FaultKind.UNKNOWN_ARCH,
        value="armv8",
        choices=("arm64-v8a", "armeabi-v7a", "x86_64"),
    )
    assert explain_fault(fault).hints[0].startswith("did you mean `arm")


def test_all_faults_are_told_together() -> None:
    faults = tuple(
        Fault(place=Place(file="requirements.txt", line=n), kind=FaultKind.BAD_MARKER, value="x")
        for n in range(1, 8)
    )
    found = explain(ProjectError(faults=faults))
    assert found.summary == "There are 7 faults in requirements.txt"
    assert [part.place for part in found.parts] == [fault.place for fault in faults]


@pytest.mark.parametrize("kind", NoteKind)
def test_every_note_names_its_place(kind: NoteKind) -> None:
    note = explain_note(ProjectNote(kind=kind, place=PLACE, value="--no-cache"))
    assert "requirements.txt:3" in note


def test_notes_of_one_kind_are_told_together_where_they_say_the_same() -> None:
    notes = [
        ProjectNote(
            kind=kind, place=Place(file="pyproject.toml", path=("t", str(n))), value=f"v{n}"
        )
        for kind in (NoteKind.POETRY_LOOSER_IN_BUILD, NoteKind.REQUIREMENTS_TXT_IGNORED)
        for n in range(3)
    ]
    together, *apart = explain_notes(notes)
    assert together.startswith("`v0`, `v1` and `v2`: locked as Poetry means them")
    assert apart == [explain_note(note) for note in notes[3:]]
    for kind in (NoteKind.OPTIONAL_LEFT_OUT, NoteKind.OPTION_IGNORED):
        (found,) = explain_notes(replace(note, kind=kind) for note in notes[:3])
        assert found.startswith("`v0`, `v1` and `v2` ")


def test_every_input_of_a_lock_has_a_kind_of_drift() -> None:
    of_the_file = {DriftKind.MISSING, DriftKind.DAMAGED}
    assert {*LockInputs.__struct_fields__} == {*DriftKind} - of_the_file


def test_every_kind_of_drift_has_sentences_of_its_own() -> None:
    told = {
        kind: explain_drift(outcomes.drift(kind, ("new",), ("old",), (None,))) for kind in DriftKind
    }
    assert len(set(told.values())) == len(DriftKind)
    without_values = {
        *(kind for kind in DriftKind if kind.is_of_the_file),
        *(DriftKind.CATALOGUE, DriftKind.SAME_VERSIONS),
    }
    for kind, sentences in told.items():
        assert ("new" in " ".join(sentences)) is (kind not in without_values)


def test_a_moved_requirement_is_one_sentence_with_its_table() -> None:
    found = explain_drift(
        outcomes.drift(
            DriftKind.REQUIREMENTS,
            ("numpy>=2.3",),
            ("numpy>=2.2", "six"),
            (outcomes.place(1),),
        )
    )
    assert found == (
        "`numpy>=2.3` in [project].dependencies was `numpy>=2.2`",
        "`six` is no longer asked for",
    )


def test_an_index_that_moved_is_one_sentence() -> None:
    found = explain_drift(
        outcomes.drift(
            DriftKind.INDEXES, ("flet=https://new.example",), ("flet=https://old.example",)
        )
    )
    assert found == ("the index `flet=https://new.example` was `flet=https://old.example`",)


def test_indexes_in_another_order_are_a_drift_with_words() -> None:
    assert explain_drift(outcomes.drift(DriftKind.INDEXES)) == ("indexes stand in another order",)


def test_a_downgrade_tells_the_cause_through_the_graph() -> None:
    own, through = outcomes.data_app().platforms[0].downgrades
    assert spoken(explain_downgrade(own)) == (
        "pandas 2.2.3 instead of 2.3.3, which has no usable wheel for armeabi-v7a (32-bit ARM): "
        "wheels for arm64-v8a and x86_64 only"
    )
    assert spoken(explain_downgrade(through)) == (
        "pydantic 1.10.24 (2025-09) instead of 2.14.0 (2026-11), which needs "
        "`pydantic-core==2.50.0`: pydantic-core 2.50.0 has no wheel for Android"
    )


def spoken(text: str) -> str:
    return text.replace(GLUE, " ")


def test_the_same_downgrade_on_both_platforms_is_told_once() -> None:
    own, through = outcomes.data_app().platforms[0].downgrades
    ios = replace(through, targets=IOS, rejections=outcomes.desktop_only("pydantic_core", "2.50"))
    together, apart = group_downgrades([own, through], [ios])
    assert together == [(through, ios)]
    assert apart == [[(own,)], []]
    assert spoken(explain_downgrade(through, ios)).endswith("2.50.0 has no wheel for phones")


def test_a_downgrade_by_a_clash_names_what_is_locked_instead() -> None:
    clash = Downgrade(
        package=NUMPY,
        taken=Version("1.26.4"),
        newest=Version("2.3.5"),
        taken_uploaded=None,
        newest_uploaded=None,
        cause=canonicalize_name("old-maths"),
        cause_version=Version("1.4"),
        cause_requirement="old-maths>=2",
        targets=(),
        rejections=(),
    )
    words = (
        "numpy 1.26.4 instead of 2.3.5, which needs `old-maths>=2`, while old-maths 1.4 is locked"
    )
    assert spoken(explain_downgrade(clash)) == words
