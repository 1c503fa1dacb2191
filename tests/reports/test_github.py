"""Annotations cannot be broken out of."""

from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.project import ProjectError
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.github.annotations import failure_annotations
from flet_lock.reports.wording.failure.errors import explain


def test_foreign_text_cannot_start_another_command() -> None:
    evil = Explanation(summary="a,b:c%\n::error::x", details=("one\n::warning::two", "100%"))
    (line,) = failure_annotations(evil, folder="")
    assert line == ("::error title=a%2Cb%3Ac%25 %3A%3Aerror%3A%3Ax::one%0A::warning::two%0A100%25")


def test_each_fault_is_annotated_at_its_line() -> None:
    faults = tuple(
        Fault(
            place=Place(file="requirements.txt", line=n), kind=FaultKind.BAD_REQUIREMENT, value="!"
        )
        for n in (3, 8)
    )
    lines = list(failure_annotations(explain(ProjectError(faults=faults)), folder="apps/one"))
    assert lines[0].startswith("::error file=apps/one/requirements.txt,line=3,title=")
    assert lines[1].startswith("::error file=apps/one/requirements.txt,line=8,title=")
    assert lines[2] == "There are 2 faults in requirements.txt"
