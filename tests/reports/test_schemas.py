"""The JSON Schema of each document is what is printed, and what the classes say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import make_schemas
from fakes.every_error import ERRORS
from fakes.every_outcome import EVERY_OUTCOME, RUNNABLE, Runner
from flet_lock.cli.main import main
from flet_lock.model.errors.base import FletLockError
from flet_lock.reports.failure import Failure
from flet_lock.reports.json.json_renderer import JsonRenderer
from flet_lock.reports.layout.page import Medium
from flet_lock.reports.output_formats import render
from flet_lock.reports.render import View
from flet_lock.reports.wording.failure.errors import explain, explain_unexpected

Capture = pytest.CaptureFixture[str]
GOLDEN = Path(__file__).parent / "golden"
VIEW = View(stdout=Medium(width=80), stderr=Medium(width=80))


def schema(name: str) -> dict[str, Any]:
    found = json.loads((make_schemas.SCHEMAS / f"{name}.json").read_text())
    assert isinstance(found, dict)
    return found


def faults(document: dict[str, Any], name: str) -> list[str]:
    """What a schema finds wrong, every property of an object being named in it."""
    validator = Draft202012Validator(schema(name))
    return [f"{each.json_path}: {each.message[:300]}" for each in validator.iter_errors(document)]


def name_of(document: dict[str, Any]) -> str:
    if "error" in document:
        return "failure"
    return str(document.get("command", "env"))


def test_the_shipped_schemas_are_what_the_classes_say(golden: Callable[[Path, str], None]) -> None:
    made = dict(make_schemas.schemas())
    assert {path.stem for path in make_schemas.SCHEMAS.glob("*.json")} == set(made)
    for name, text in made.items():
        golden(make_schemas.SCHEMAS / f"{name}.json", text)


@pytest.mark.parametrize("name", make_schemas.DOCUMENTS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema(name)["$id"].endswith(f"/data/schemas/{name}.json")


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.json")), ids=lambda path: path.stem)
def test_every_reviewed_document_satisfies_its_schema(path: Path) -> None:
    document = json.loads(path.read_text())
    assert faults(document, name_of(document)) == []


@pytest.mark.parametrize("kind", sorted(EVERY_OUTCOME))
def test_the_document_of_every_outcome_satisfies_its_schema(kind: str) -> None:
    outcome: Any = EVERY_OUTCOME[kind]()
    document = json.loads(render(outcome, "json", VIEW).stdout)
    assert name_of(document) == kind
    assert faults(document, kind) == []


@pytest.mark.parametrize("command", RUNNABLE)
def test_what_each_command_prints_satisfies_its_schema(
    command: str, run_command: Runner, capfd: Capture
) -> None:
    run_command(command, "--output-format", "json")
    document = json.loads(capfd.readouterr().out)
    assert name_of(document) == command
    assert faults(document, command) == []


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: type(error).__name__)
def test_every_error_satisfies_the_schema_of_failures(error: FletLockError) -> None:
    outcome = Failure(error=error, explanation=explain(error), command="lock")
    document = json.loads(JsonRenderer().failure(outcome, VIEW).stdout)
    assert faults(document, "failure") == []
    document["error"]["facts"].popitem()
    assert document["error"]["facts"] == {} or faults(document, "failure") != []


def test_a_fault_of_the_program_satisfies_the_schema_too() -> None:
    error = KeyError("x")
    outcome = Failure(error=error, explanation=explain_unexpected(error), command="check")
    document = json.loads(JsonRenderer().failure(outcome, VIEW).stdout)
    assert faults(document, "failure") == []


@pytest.mark.parametrize("kind", sorted(EVERY_OUTCOME))
def test_a_schema_finds_what_is_missing_or_has_another_type(kind: str) -> None:
    outcome: Any = EVERY_OUTCOME[kind]()
    document = json.loads(render(outcome, "json", VIEW).stdout)
    for key in document:
        without = {name: value for name, value in document.items() if name != key}
        optional = kind == "cache" and key == "bytes"
        assert optional or faults(without, kind) != [], key
        assert faults({**document, key: [[[]]]}, kind) != [], key


def test_the_command_prints_names_and_schemas(capsys: Capture) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out.split() == sorted(make_schemas.DOCUMENTS)
    assert main(["schema", "lock"]) == 0
    assert json.loads(capsys.readouterr().out) == schema("lock")
    assert main(["schema", "lock", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == schema("lock")
    assert main(["schema", "lokc"]) == 2
    assert "did you mean lock?" in capsys.readouterr().err
