"""What `verify` and `run` say."""

import pytest
from packaging.utils import canonicalize_name

from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.handover.handover_method import Reason
from flet_lock.model.target import Platform
from flet_lock.reports.github.annotations import run_annotations
from flet_lock.reports.json.handover_json import run_document
from flet_lock.reports.layout.page import Medium, lay_out, plain_text
from flet_lock.reports.text.verify_page import run_page, verify_page
from flet_lock.reports.wording.install.differences import explain_difference, group_differences
from flet_lock.reports.wording.install.handover_reasons import explain_reason
from flet_lock.workflows.building.handover_outcome import RunOutcome, VerifyOutcome

NUMPY = canonicalize_name("numpy")


def difference(
    kind: DifferenceKind, path: str = "numpy/x.py", slice_name: str = "x86_64"
) -> Difference:
    return Difference(
        kind=kind,
        slice_name=slice_name,
        path=path,
        package=NUMPY,
        expected="2.0",
        found="1.9",
    )


def verified(*differences: Difference, unproven: int = 0) -> VerifyOutcome:
    return VerifyOutcome(
        project_name="demo",
        platform=Platform.ANDROID,
        lock_path="pylock.android.toml",
        directory="build/site-packages",
        python="3.14",
        slices=("arm64-v8a", "x86_64"),
        packages=1,
        files=12,
        compiled=4,
        unproven=unproven,
        differences=differences,
        surprises=(),
        seconds=0.25,
    )


def ran(verification: VerifyOutcome | None, *, code: int = 0, anew: bool = True) -> RunOutcome:
    return RunOutcome(
        project_name="demo",
        command=("flet", "build", "apk"),
        command_exit_code=code,
        reasons=(Reason.MARKER,),
        installed_anew=anew,
        verification=verification,
    )


def said(outcome: VerifyOutcome | RunOutcome, *, verbose: bool = False) -> str:
    page = (
        verify_page(outcome, verbose=verbose)
        if isinstance(outcome, VerifyOutcome)
        else run_page(outcome, verbose=verbose)
    )
    return plain_text(lay_out(page, Medium(width=100)))


@pytest.mark.parametrize("kind", DifferenceKind)
def test_every_kind_of_difference_has_its_own_words(kind: DifferenceKind) -> None:
    others = {explain_difference(difference(other)) for other in DifferenceKind if other != kind}
    assert explain_difference(difference(kind)) not in others


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_for_the_program_has_words(reason: Reason) -> None:
    assert explain_reason(reason).startswith("pip runs under flet-lock-pip: ")


def test_one_difference_of_several_slices_is_told_once() -> None:
    both = [difference(DifferenceKind.MISSING, slice_name=name) for name in ("arm64-v8a", "x86_64")]
    assert group_differences(both) == [("numpy", ("numpy/x.py is missing (arm64-v8a and x86_64)",))]


def test_the_files_of_another_version_are_only_counted_where_it_is() -> None:
    found = [
        difference(DifferenceKind.VERSION, "numpy-1.9.dist-info"),
        difference(DifferenceKind.CHANGED, "numpy/a.py"),
        difference(DifferenceKind.CHANGED, "numpy/b.py"),
        difference(DifferenceKind.CHANGED, "numpy/c.py", "arm64-v8a"),
    ]
    ((_, sentences),) = group_differences(found)
    assert sentences[0] == "1.9 is installed, 2.0 is locked (x86_64)"
    assert sentences[1].startswith("numpy/c.py was changed")
    assert sentences[2].replace("\u00a0", " ") == "so 2 files of it differ"


def test_many_files_of_a_package_are_cut_short_unless_all_are_wanted() -> None:
    found = [difference(DifferenceKind.STRAY, f"numpy/{n}.py") for n in range(20)]
    ((_, some),) = group_differences(found)
    assert (len(some), some[-1]) == (6, "and 15 more")
    ((_, every),) = group_differences(found, most=None)
    assert len(every) == 20


def test_a_good_answer_is_one_sentence() -> None:
    assert " ".join(said(verified()).split()) == (
        "✓ build/site-packages is what pylock.android.toml says: "
        "1 package for arm64-v8a and x86_64, 12 files, 0.25 s"
    )


def test_a_bad_answer_names_packages_and_the_next_step() -> None:
    text = said(verified(difference(DifferenceKind.STRAY)))
    assert "is not what pylock.android.toml says: 1 difference" in text
    assert "  numpy\n    - numpy/x.py is there, and no locked wheel brings it (x86_64)\n" in text
    assert "next: install it again with  flet-lock run -- flet build …" in text


def test_bytecode_that_could_not_be_proven_is_said() -> None:
    assert "4 compiled files could be told by Python version and" in said(verified(unproven=4))


def test_a_build_that_kept_an_old_tree_is_to_be_run_again() -> None:
    bad = verified(difference(DifferenceKind.CHANGED))
    assert "run it again: Flet kept" in said(ran(bad, anew=False))
    assert "look at what the build says with -v" in said(ran(bad))


def test_a_command_that_failed_says_what_was_not_done() -> None:
    outcome = ran(None, code=3)
    assert "ended with exit code 3" in said(outcome)
    assert outcome.exit_code == 3
    assert "a requirement has a marker" in said(outcome, verbose=True)
    (annotation,) = run_annotations(outcome)
    assert annotation.startswith("::error title=The build failed::")
    assert run_document(outcome).verification is None
