"""What of an app goes into the inputs of its locks."""

from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from flet_lock.model.target import Platform
from flet_lock.workflows.locking.lock_plan import read_lock_plan


@pytest.mark.parametrize(
    ("setting", "kept"),
    [("", ("*",)), ("false", ()), ("true", ("*",)), ('["b", "a"]', ("a", "b"))],
)
def test_a_setting_of_prereleases_wins_over_requirements_txt_in_the_inputs_too(
    tmp_path: Path, setting: str, kept: tuple[str, ...]
) -> None:
    line = f"prereleases = {setting}" if setting else ""
    (tmp_path / "pyproject.toml").write_text(f"[tool.flet-lock]\n{line}\n")
    (tmp_path / "requirements.txt").write_text("--pre\nflet\n")
    plan = read_lock_plan(tmp_path, options={}, environ=SHIPPED)
    assert {plan.inputs[platform].prereleases for platform in Platform} == {kept}
