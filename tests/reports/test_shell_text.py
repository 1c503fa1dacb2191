"""Variables are printed so that whatever reads them sets exactly these, or not at all."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.model.errors.usage import UsageError
from flet_lock.reports.text.shell_text import render_environment


@pytest.mark.parametrize("shell", ["github", "dotenv", "cmd"])
@pytest.mark.parametrize("value", ["/tmp/a\nPATH=/evil", "/tmp/a\r\nX=1", "a\x1b[31m"])
def test_a_line_break_never_begins_another_variable(shell: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        render_environment(shell, {"PIP_FIND_LINKS": value}, ())
    assert "PIP_FIND_LINKS" in caught.value.detail


def test_a_name_that_is_none_is_not_printed_for_eval() -> None:
    text = render_environment("sh", {"A": "1"}, ("PIP_X; touch evil", "PIP_Y", "PIP_Z\nevil"))
    assert text == "unset PIP_Y\nexport A=1\n"


def test_no_backtick_is_a_command_where_a_shell_reads_the_file() -> None:
    text = render_environment("dotenv", {"A": 'it\'s `echo evil` $HOME "x"'}, ())
    done = subprocess.run(
        ["/bin/sh", "-c", f'{text}printf %s "$A"'], capture_output=True, text=True, check=True
    )
    assert done.stdout == 'it\'s `echo evil` $HOME "x"'


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))
def test_a_shell_reads_back_what_was_to_be_set(value: str) -> None:
    text = render_environment("sh", {"A": value}, ())
    assert shlex.split(text) == ["export", f"A={value}"]
