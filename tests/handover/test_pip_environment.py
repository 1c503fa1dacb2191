"""The environment for a build's pip, and how it is written for shells."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flet_lock.install.handover.pip_environment import (
    handover_environment,
    handover_variables,
    stray_variables,
)
from flet_lock.install.handover.variables import FOLDER
from flet_lock.install.handover.wheelhouse import Wheelhouse
from flet_lock.model.facts.shells import SHELLS
from flet_lock.reports.text.shell_text import render_environment

VALUES = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def house(tmp_path: Path) -> Wheelhouse:
    return Wheelhouse(folder=tmp_path / "a folder", wheels={})


def test_paths_are_urls_since_pip_splits_at_blanks(house: Wheelhouse) -> None:
    variables = handover_variables(house, None)
    for name in ("PIP_FIND_LINKS", "PIP_REQUIREMENT"):
        assert variables[name].startswith("file:///")
        assert " " not in variables[name]


def test_the_program_gets_no_settings_of_pip_beside_it(house: Wheelhouse) -> None:
    program = Path("/opt/my tools/flet-lock-pip")
    assert handover_variables(house, program) == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_PYTHON": str(program),
        FOLDER: str(house.folder),
    }


def test_nothing_else_that_configures_pip_gets_through(house: Wheelhouse) -> None:
    environ = {
        "PATH": "/bin",
        "PIP_DRY_RUN": "1",
        "PIP_PYTHON": "x",
        "pip_root": "/x",
        "_PIP_RUNNING_IN_SUBPROCESS": "1",
        FOLDER: "/old",
        "PIPX_HOME": "/pipx",
    }
    variables = handover_variables(house, None)
    assert handover_environment(environ, variables) == {
        "PATH": "/bin",
        "PIPX_HOME": "/pipx",
        **variables,
    }
    assert stray_variables(environ) == (
        "PIP_DRY_RUN",
        "PIP_PYTHON",
        "_PIP_RUNNING_IN_SUBPROCESS",
        "pip_root",
    )


def test_every_shell_is_told_to_set_and_to_unset() -> None:
    for shell in SHELLS:
        text = render_environment(shell, {"A": "1"}, ("A", "PIP_ROOT"))
        assert "PIP_ROOT" in text
        assert text.count("A") >= 1


def test_json_holds_both() -> None:
    assert json.loads(render_environment("json", {"A": "x y"}, ("PIP_ROOT", "A"))) == {
        "set": {"A": "x y"},
        "unset": ["PIP_ROOT"],
    }


def test_each_shell_has_its_own_words() -> None:
    variables = {"A": "it's 5% of $HOME"}
    stray = ("PIP_ROOT",)
    said = {shell: render_environment(shell, variables, stray) for shell in SHELLS}
    assert said["sh"] == "unset PIP_ROOT\nexport A='it'\"'\"'s 5% of $HOME'\n"
    assert said["powershell"].endswith("$env:A = 'it''s 5% of $HOME'\n")
    assert said["powershell"].startswith("Remove-Item -ErrorAction SilentlyContinue Env:PIP_ROOT\n")
    assert said["cmd"] == 'set "PIP_ROOT="\nset "A=it\'s 5%% of $HOME"\n'
    assert said["github"] == "PIP_ROOT=\nA=it's 5% of $HOME\n"
    assert said["dotenv"] == 'PIP_ROOT=\nA="it\'s 5% of \\$HOME"\n'


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("sh"), reason="needs sh")
@settings(max_examples=25, deadline=None)
@given(VALUES, VALUES)
def test_sh_reads_back_any_value(first: str, second: str) -> None:
    text = render_environment("sh", {"FIRST": first, "SECOND": second}, ("PIP_ROOT",))
    script = f'{text}printf \'%s\\0%s\\0%s\' "$FIRST" "$SECOND" "${{PIP_ROOT-unset}}"'
    done = subprocess.run(
        ["sh", "-c", script], env={"PIP_ROOT": "x"}, capture_output=True, check=True
    )
    assert done.stdout.decode().split("\0") == [first, second, "unset"]
