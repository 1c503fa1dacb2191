from datetime import timedelta

import pytest

from fakes.app_folder import AppFolder, told
from flet_lock.model.app.strictness import Step, Strictness


def strict(app: AppFolder, value: str, **options: object) -> tuple[bool, Strictness]:
    text = f'[project]\nname = "app"\n[tool.flet-lock]\nstrict = {value}\n'
    _, settings = app.read(text, options=options)
    return settings.strict, settings.strictness


def test_a_yes_or_no_has_no_thresholds(app: AppFolder) -> None:
    assert strict(app, "true") == (True, Strictness())
    assert strict(app, "false") == (False, Strictness())


def test_a_table_is_a_yes_with_thresholds(app: AppFolder) -> None:
    table = (
        '{ level = "minor", older-than = "1 year", '
        'packages = { NumPy = "any" }, allow = ["Msg_Pack", "a"] }'
    )
    on, found = strict(app, table)
    assert on
    assert found.step is Step.MINOR
    assert found.older_than == timedelta(days=365)
    assert found.packages == (("numpy", Step.ANY),)
    assert found.allow == ("a", "msg-pack")


def test_the_option_keeps_the_thresholds(app: AppFolder) -> None:
    assert strict(app, '{ level = "major" }', strict=True) == (True, Strictness(step=Step.MAJOR))


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ('{ level = "huge" }', ("[tool.flet-lock.strict].level", "bad-value", "huge")),
        ('{ older-than = "soon" }', ("[tool.flet-lock.strict].older-than", "bad-value", "soon")),
        ("{ older-than = 5 }", ("[tool.flet-lock.strict].older-than", "wrong-type", "5")),
        ("{ lever = 1 }", ("[tool.flet-lock.strict].lever", "unknown-key", "lever")),
        ('{ packages = "x" }', ("[tool.flet-lock.strict].packages", "wrong-type", "x")),
        (
            '{ packages = { a = "huge" } }',
            ("[tool.flet-lock.strict.packages].a", "bad-value", "huge"),
        ),
        ('{ allow = ["?"] }', ("[tool.flet-lock.strict].allow[0]", "bad-value", "?")),
        ('"yes"', ("[tool.flet-lock].strict", "wrong-type", "yes")),
    ],
)
def test_a_slip_is_told_with_its_key(
    app: AppFolder, value: str, fault: tuple[str, str, str]
) -> None:
    faults = app.faults(f'[project]\nname = "app"\n[tool.flet-lock]\nstrict = {value}\n')
    place, kind, shown = fault
    assert told(faults) == [(f"pyproject.toml {place}", kind, shown)]
