"""SARIF: valid by the standard's schema, within GitHub's limits, at the line of the requirement.

`tests/data/sarif/sarif-schema-2.1.0.json` is the schema of OASIS SARIF 2.1.0, from
https://github.com/oasis-tcs/sarif-spec (sarif-2.1/schema), unchanged.
"""

import json
import typing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from fakes import outcomes
from fakes.every_error import ERRORS
from fakes.every_outcome import RECORDED, failed
from flet_lock.cli.main import main
from flet_lock.model.answer.blocker import Blocker
from flet_lock.model.app.requirement import Place
from flet_lock.reports.failure import Failure
from flet_lock.reports.findings import RULES, Finding, failure_findings
from flet_lock.reports.layout.page import Medium
from flet_lock.reports.output_formats import render
from flet_lock.reports.render import View
from flet_lock.reports.sarif.sarif_log import render_sarif
from flet_lock.reports.wording.failure.errors import explain

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json").read_bytes()
)
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)
VIEW = View(stdout=Medium(width=80), stderr=Medium(width=80))
if typing.TYPE_CHECKING:
    from flet_lock.reports.render import Outcome

Capture = pytest.CaptureFixture[str]


def checked(text: str) -> dict[str, Any]:
    """The document, valid, and complete for GitHub and GitLab."""
    document = json.loads(text)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        assert not physical["artifactLocation"]["uri"].startswith("/")
    prints = [result["partialFingerprints"]["fletLock/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    assert isinstance(document, dict)
    return document


def results(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(text)["runs"][0]["results"]
    return found


def drawn(outcome: "Outcome") -> str:
    return render(outcome, "sarif", VIEW).stdout


def test_every_blocker_has_its_own_rule() -> None:
    found = results(drawn(failed()))
    assert {each["ruleId"] for each in found} == {
        "package-not-found",
        "no-matching-version",
        "no-usable-release",
        "conflict",
    }
    assert len(typing.get_args(Blocker)) == 4
    assert all(each["level"] == "error" for each in found)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_error_is_a_valid_document(error: Exception) -> None:
    outcome = Failure(error=error, explanation=explain(error), command="lock")  # type: ignore[arg-type]
    found = results(drawn(outcome))
    assert len(found) == len(failure_findings(outcome)) > 0


def test_an_answer_gives_warnings_and_notes() -> None:
    found = results(drawn(outcomes.data_app()))
    assert {each["ruleId"] for each in found} >= {"older-than-desktop"}
    assert {each["level"] for each in found} <= {"warning", "note"}


def test_a_lock_that_is_refused_begins_with_the_reason() -> None:
    first, *_ = results(drawn(outcomes.data_app(strict=True)))
    assert (first["level"], first["ruleId"]) == ("error", "refused-by-strict")


def test_a_check_has_one_result_or_none() -> None:
    assert results(drawn(outcomes.check_outcome())) == []
    (one,) = results(drawn(outcomes.drifted()))
    assert one["ruleId"] == "out-of-step"


def test_an_alert_survives_another_version_and_another_line() -> None:
    def fingerprint(version: str, line: int) -> str:
        finding = Finding(
            level="error",
            rule="no-usable-release",
            subject="pillow",
            place=Place(file="pyproject.toml", line=line),
            title=f"pillow {version} has no wheel",
            body="",
        )
        (result,) = results(render_sarif([finding], folder="apps/my app"))
        where = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert where == "apps/my%20app/pyproject.toml"
        return str(result["partialFingerprints"]["fletLock/v1"])

    assert fingerprint("1", 3) == fingerprint("2", 9)


def test_rules_are_never_renamed() -> None:
    assert list(RULES) == [
        "out-of-step",
        "refused-by-strict",
        "older-than-desktop",
        "hollow-wheel",
        "project-note",
        "cutoff-not-applied",
        "binary-not-loaded",
        "binary-refused-by-store",
        "binary-lost-in-build",
        "binary-of-one-python",
        "binary-to-look-at",
        "package-not-found",
        "no-matching-version",
        "no-usable-release",
        "conflict",
        "project-fault",
        "failed",
    ]


def test_the_command_points_at_the_requirement(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "one"\ndependencies = [\n  "flet",\n  "matplotlib",\n]\n'
    )
    assert main(["lock", "--no-cache", "--output-format", "sarif", *RECORDED]) == 0
    found = results(capsys.readouterr().out)
    lines = {
        each["message"]["text"].partition("\n")[0]: each["locations"][0]["physicalLocation"][
            "region"
        ]["startLine"]
        for each in found
    }
    assert lines["Older on Android: pillow"] == 5, "matplotlib brings it in"
    assert main(["check", "--output-format", "sarif", *RECORDED]) == 0
    assert results(capsys.readouterr().out) == []
    text = (tmp_path / "pyproject.toml").read_text().replace('"flet",', '"flet", "httpx>=0.27",')
    (tmp_path / "pyproject.toml").write_text(text)
    assert main(["check", "--output-format", "sarif", *RECORDED]) == 1
    (drift,) = results(capsys.readouterr().out)
    assert drift["locations"][0]["physicalLocation"]["region"]["startLine"] == 4


def test_other_commands_refuse_it_before_they_run(tmp_path: Path, capsys: Capture) -> None:
    assert main(["tree", str(tmp_path), "--output-format", "sarif"]) == 2
    (result,) = results(capsys.readouterr().out)
    assert "no such form" in result["message"]["text"]
