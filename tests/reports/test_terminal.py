"""Colour adds nothing but colour."""

import re

import pytest

from fakes import outcomes
from flet_lock.reports.layout.page import Line, Medium, lay_out, plain_text
from flet_lock.reports.layout.terminal import painted
from flet_lock.reports.text.failure_page import failure_page
from flet_lock.reports.text.lock_page import lock_page
from flet_lock.reports.wording.failure.errors import explain

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
MEDIUM = Medium(width=80)


@pytest.mark.parametrize(
    "lines",
    [
        lay_out(lock_page(outcomes.data_app(), verbose=True), MEDIUM),
        failure_page(explain(outcomes.ten_blockers()), medium=MEDIUM, verbose=True),
    ],
    ids=["lock", "failure"],
)
def test_without_its_escapes_painted_text_is_the_plain_text(
    lines: list[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")  # who paints was told to: the choice is made elsewhere
    text = painted(lines)
    assert ESCAPE.sub("", text) == plain_text(lines)
    assert "\x1b[" in text
