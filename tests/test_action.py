"""The composite action: what it calls is there, and no input becomes code in a script."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from flet_lock.cli.command_line import parse_command_line
from flet_lock.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
BASH = shutil.which("bash")


def script(step: str) -> str:
    return str(next(each["run"] for each in STEPS if each.get("id") == step))


def test_every_script_names_its_shell_and_takes_inputs_from_the_environment() -> None:
    for step in STEPS:
        if "run" in step:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an expression in a script is code from outside"


def test_every_action_is_pinned_by_digest() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", each) for each in used)


def test_every_input_is_used_and_every_used_one_is_there() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"inputs\.([a-z-]+)", text))
    assert used == set(ACTION["inputs"])


def test_every_output_is_set() -> None:
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.run.outputs.{name} }}}}"
        assert f"{name}=" in script("run")


def test_the_commands_that_are_named_are_there() -> None:
    named = ACTION["inputs"]["command"]["description"].partition(": ")[2]
    words = set(re.split(r", | or ", named))
    assert words <= {command.name for command in COMMANDS}
    assert ACTION["inputs"]["command"]["default"] in words


@pytest.mark.skipif(BASH is None, reason="NO BASH HERE: the action's script was not run")
@pytest.mark.parametrize(
    ("code", "inputs", "calls"),
    [
        (0, {}, ["check . --output-format github"]),
        (1, {"PLATFORM": "ios"}, ["check . --platform ios --output-format github"]),
        (
            0,
            {
                "COMMAND": "lock",
                "ARGUMENTS": "--strict\n--index=a=b c\n\n",
                "PROJECT": "apps/$(id)",
            },
            ["lock --strict --index=a=b c apps/$(id) --output-format github"],
        ),
        (
            2,
            {"SARIF": "out.sarif"},
            ["check . --output-format github", "check . --output-format sarif"],
        ),
    ],
)
def test_the_script_calls_flet_lock_with_its_inputs_as_words(
    code: int, inputs: dict[str, str], calls: list[str], tmp_path: Path
) -> None:
    program = tmp_path / "flet-lock"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/calls"\nexit {code}\n')
    program.chmod(0o755)
    environ = {
        "PATH": "/usr/bin:/bin",
        "PROGRAM": str(program),
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "COMMAND": "check",
        "PROJECT": ".",
        "PLATFORM": "",
        "ARGUMENTS": "",
        "SARIF": "",
        **inputs,
    }
    command = [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", script("run")]
    done = subprocess.run(command, env=environ, cwd=tmp_path, check=False, capture_output=True)
    assert done.returncode == code, done.stderr
    assert (tmp_path / "calls").read_text().splitlines() == calls
    outputs = (tmp_path / "outputs").read_text().splitlines()
    assert outputs == [f"exit-code={code}", f"in-step={'true' if code == 0 else 'false'}"]
    assert (tmp_path / "out.sarif").exists() is ("SARIF" in inputs)


def test_what_it_calls_is_understood() -> None:
    words = ["check", ".", "--platform", "ios", "--output-format", "sarif"]
    assert parse_command_line(words).command.name == "check"
