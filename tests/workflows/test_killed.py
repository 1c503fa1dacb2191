"""A run that is killed leaves every lock as it was, or as it is to be."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fakes.recorded import directory_options, read_locks

MOMENTS = 50
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is not a thing of Windows")


def _command(app: Path) -> list[str]:
    options = directory_options(app.parent)
    indexes = options["index"]
    assert isinstance(indexes, list)
    return [
        *(sys.executable, "-m", "flet_lock", str(app), "-q", "--no-cache"),
        *("--default-index", str(options["default-index"]), "--index", indexes[0]),
    ]


def _ask_for(app: Path, dependencies: str) -> None:
    (app / "pyproject.toml").write_text(f'[project]\nname = "app"\ndependencies = {dependencies}\n')


@pytest.mark.slow
def test_killed_at_any_moment_no_lock_is_half_written_or_lost(
    recorded_apps: Path,
) -> None:
    app = recorded_apps / "killed"
    app.mkdir()
    needs = ('["flet", "httpx"]', '["flet", "pillow"]')
    whole: list[dict[str, bytes]] = []
    durations = []
    for dependencies in needs:
        _ask_for(app, dependencies)
        for _ in range(2):  # the first run may have to compile what it imports
            started = time.monotonic()
            subprocess.run(_command(app), check=True)
            durations.append(time.monotonic() - started)
        whole.append(read_locks(app))
    assert whole[0] != whole[1]
    moments = random.Random(50)
    interrupted = 0
    for moment in range(MOMENTS):
        _ask_for(app, needs[moment % 2])
        process = subprocess.Popen(_command(app), stderr=subprocess.DEVNULL)
        # Half of the moments fall anywhere, half near the end, where the locks are written.
        share = moments.random() if moment % 2 else 0.6 + 0.5 * moments.random()
        time.sleep(share * min(durations))
        process.send_signal(signal.SIGKILL)
        interrupted += process.wait() == -signal.SIGKILL
        now = read_locks(app)
        assert now.keys() == whole[0].keys()
        for file, content in now.items():
            assert content in (whole[0][file], whole[1][file])
    assert interrupted > MOMENTS // 10
    an_hour_ago = time.time() - 3600
    for leftover in app.glob(".pylock.*.tmp"):
        os.utime(leftover, (an_hour_ago, an_hour_ago))  # a younger one may have a living writer
    subprocess.run(_command(app), check=True)
    assert read_locks(app) == whole[(MOMENTS - 1) % 2]
    leftovers = [path.name for path in app.iterdir() if not path.name.startswith("py")]
    assert leftovers == []
    shutil.rmtree(app)
