"""Versions out of the locks of other tools."""

from pathlib import Path

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.other_lock import read_other_lock
from flet_lock.model.errors.usage import UsageError

TOML = '[[{}]]\nname = "Six"\nversion = "1.17.0"\n[[{}]]\nname = "numpy"\nversion = "2.1"\n'
PIPENV = '{"default": {"six": {"version": "==1.17.0"}, "numpy": {"version": "==2.1"}}}'


@pytest.mark.parametrize("text", [TOML.format(*2 * ["package"]), TOML.format(*2 * ["packages"]),
                                  PIPENV])  # fmt: skip
def test_each_tools_lock_has_names_and_versions(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.lock"
    path.write_text(text, encoding="utf-8")
    found = {name: str(version) for name, version in read_other_lock(path).items()}
    assert found == {"six": "1.17.0", "numpy": "2.1"}


def test_of_forks_the_newest_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    text = TOML.format(*2 * ["package"]) + '[[package]]\nname = "six"\nversion = "1.9"\n'
    path.write_text(text + '[[package]]\nname = "app"\nversion = "what"\n', encoding="utf-8")
    assert read_other_lock(path)[NormalizedName("six")] == Version("1.17.0")
    assert len(read_other_lock(path)) == 2


@pytest.mark.parametrize("content", [None, b"", b"flet\n", b"{", b"\xff", b"[[package]]\n", b"{}"])
def test_what_is_no_lock_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "uv.lock"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_other_lock(path)
    assert caught.value.option == "--from"
