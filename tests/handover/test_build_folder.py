"""Flet's stamp, and our note beside it."""

import os
from pathlib import Path

import pytest

from flet_lock.install.handover.build_folder import BuildFolder


@pytest.fixture
def build(tmp_path: Path) -> BuildFolder:
    """As Flet leaves it after a build."""
    folder = BuildFolder(tmp_path / "build")
    folder.site_packages.mkdir(parents=True)
    folder.stamp.parent.mkdir()
    folder.stamp.write_text("ab" * 32)
    return folder


def test_a_build_that_was_verified_is_remembered(build: BuildFolder) -> None:
    assert not build.remembers("one")
    build.remember("one")
    assert build.remembers("one")
    assert not build.remembers("two")


def test_a_build_without_us_is_noticed_even_if_it_stamps_the_same(build: BuildFolder) -> None:
    build.remember("one")
    text = build.stamp.read_text()
    later = build.stamp.stat().st_mtime_ns + 1_000_000_000
    build.stamp.write_text(text)
    os.utime(build.stamp, ns=(later, later))
    assert not build.remembers("one")


def test_a_build_with_other_arguments_is_noticed(build: BuildFolder) -> None:
    build.remember("one")
    before = build.stamp.stat()
    build.stamp.write_text("cd" * 32)
    os.utime(build.stamp, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not build.remembers("one")


def test_packages_that_are_gone_are_not_remembered(build: BuildFolder) -> None:
    build.remember("one")
    build.site_packages.rmdir()
    assert not build.remembers("one")


def test_invalidating_removes_flets_stamp_and_our_note(build: BuildFolder) -> None:
    build.remember("one")
    assert build.invalidate()
    assert not build.stamp.exists()
    assert not build.note.exists()
    assert not build.invalidate()


def test_a_folder_that_was_never_built_has_nothing_to_remember(tmp_path: Path) -> None:
    build = BuildFolder(tmp_path / "none")
    assert not build.remembers("one")
    assert not build.invalidate()


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000])
def test_a_damaged_note_is_none(build: BuildFolder, text: str) -> None:
    build.note.write_text(text)
    assert not build.remembers("one")
