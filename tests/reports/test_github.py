"""Annotations cannot be broken out of."""

from pathlib import Path
from typing import Literal

import pytest

from fakes.every_outcome import RECORDED
from flet_lock.cli.main import main
from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.project import ProjectError
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.failure import Failure
from flet_lock.reports.findings import Finding
from flet_lock.reports.github.annotations import annotations, failure_annotations
from flet_lock.reports.github.job_summary import job_summary
from flet_lock.reports.wording.failure.errors import explain


def as_it_is(place: Place) -> Place:
    return place


def failed(explanation: Explanation) -> Failure:
    return Failure(error=ValueError(), explanation=explanation, command="lock")


def test_foreign_text_cannot_start_another_command() -> None:
    evil = Explanation(summary="a,b:c%\n::error::x", details=("one\n::warning::two", "100%"))
    (line,) = failure_annotations(failed(evil), folder="", locate=as_it_is)
    assert line == ("::error title=a%2Cb%3Ac%25 %3A%3Aerror%3A%3Ax::one%0A::warning::two%0A100%25")


def test_each_fault_is_annotated_at_its_line() -> None:
    faults = tuple(
        Fault(
            place=Place(file="requirements.txt", line=n), kind=FaultKind.BAD_REQUIREMENT, value="!"
        )
        for n in (3, 8)
    )
    error = ProjectError(faults=faults)
    outcome = Failure(error=error, explanation=explain(error), command="lock")
    lines = list(failure_annotations(outcome, folder="apps/one", locate=as_it_is))
    assert lines[0].startswith("::error file=apps/one/requirements.txt,line=3,title=")
    assert lines[1].startswith("::error file=apps/one/requirements.txt,line=8,title=")
    assert lines[2] == "There are 2 faults in requirements.txt"


def test_the_reason_of_a_failure_comes_first_and_no_more_than_are_shown() -> None:
    def finding(number: int, level: Literal["error", "warning", "notice"]) -> Finding:
        return Finding(
            level=level, rule="failed", place=None, title=f"{level} {number}", body="why `x`"
        )

    found = [finding(number, "notice") for number in range(3)]
    found += [finding(number, "warning") for number in range(25)]
    found.append(finding(0, "error"))
    lines = list(annotations(found, folder="", locate=as_it_is))
    assert lines[0].startswith("::error title=error 0::")
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert lines[11] == "warning 10: why x", "in the log all the same"
    assert len(lines) == len(found)


def test_a_summary_cannot_be_broken_out_of() -> None:
    text = job_summary("lock", "a\n```\n<b>x</b>\n````\n")
    lines = text.splitlines()
    assert lines[:3] == ["### flet-lock lock", "", "`````text"]
    assert lines[-2:] == ["`````", ""]
    assert sum(line.startswith("`````") for line in lines) == 2


def test_a_step_gets_a_summary_and_annotations_the_line_of_the_requirement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    app = tmp_path / "apps" / "one"
    app.mkdir(parents=True)
    (app / "pyproject.toml").write_text(
        '[project]\nname = "one"\ndependencies = [\n  "flet",  # the app\n'
        '  "psycopg2-binary>=2.9.9",\n]\n'
    )
    words = ("--no-cache", "--fix-budget", "0", "--output-format", "github")
    assert main(["lock", str(app), *words, *RECORDED]) == 1
    out = capsys.readouterr().out
    assert out.startswith("::error file=apps/one/pyproject.toml,line=5,title=psycopg2-binary")
    first = summary.read_text(encoding="utf-8")
    assert first.startswith("### flet-lock lock\n\n```text\n✗ Cannot lock")
    assert main(["check", str(app), "--output-format", "github"]) == 1
    assert summary.read_text(encoding="utf-8").startswith(first + "### flet-lock check\n")


def test_a_summary_that_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "folder"))
    (tmp_path / "requirements.txt").write_text("flet\n")
    assert main(["check", str(tmp_path), "--output-format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=")
