import os
from pathlib import Path

import pytest

from fakes.locks import example_resolution, make_lock
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.read_lock import lock_path, read_head, read_lock
from flet_lock.model.target import Platform

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("platform", Platform)
def test_the_example_has_the_text_that_was_reviewed(platform: Platform) -> None:
    path = lock_path(GOLDEN, platform)
    text = render_lock(make_lock(example_resolution(platform)))
    if "FLET_LOCK_RENEW_GOLDEN" in os.environ:
        path.write_bytes(text.encode())
    assert path.read_bytes().decode().replace("\r\n", "\n") == text


@pytest.mark.parametrize("platform", Platform)
def test_the_reviewed_text_is_read_and_undamaged(platform: Platform) -> None:
    path = lock_path(GOLDEN, platform)
    assert read_lock(path) == make_lock(example_resolution(platform))
    assert read_head(path) == (read_lock(path).inputs, True)
