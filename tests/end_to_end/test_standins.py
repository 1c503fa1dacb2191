"""What the stand-in for serious_python makes pip believe, on whatever Python the tests run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.dart_standin import SLICES, write_sitecustomize
from fakes.recorded import DATA
from fakes.targets import make_targets
from flet_lock.model.target import Platform, Target
from flet_lock.targets.tags import tag_ranks

ASK = """\
import json
from pip._internal.models.target_python import TargetPython
from pip._internal.resolution.resolvelib.candidates import RequiresPythonCandidate
from pip._vendor.packaging.markers import default_environment

python = TargetPython()
print(json.dumps({
    "tags": list(map(str, python.get_sorted_tags())),
    "versions": [list(python.py_version_info), str(RequiresPythonCandidate(None).version)],
    "markers": default_environment(),
}))
"""
RELEASES = json.loads((DATA / "catalog" / "python-releases.json").read_bytes())["pythons"]


def asked(target: Target, python: str, folder: Path) -> dict[str, Any]:
    """What pip believes of itself in a build for a target."""
    system = {Platform.ANDROID: "Android", Platform.IOS: "iOS"}[target.platform]
    write_sitecustomize(folder, system, SLICES[system][target.slice_name], python)
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("python", RELEASES)
@pytest.mark.parametrize("name", ["android-armeabi-v7a", "ios-iphonesimulator.arm64"])
def test_pip_installs_for_the_apps_python(name: str, python: str, tmp_path: Path) -> None:
    (target,) = make_targets([name], python=python)
    full_version = RELEASES[python]["full_version"]
    found = asked(target, full_version, tmp_path)
    ranks = tag_ranks(target)
    assert found["tags"] == [str(tag) for tag in sorted(ranks, key=ranks.__getitem__)]
    if python != "{}.{}".format(*sys.version_info):  # else it is what it says, patch release too
        assert found["versions"] == [list(map(int, full_version.split("."))), full_version]
        for key in ("implementation_version", "python_full_version"):
            assert found["markers"][key] == full_version
    assert found["markers"]["python_version"] == python
    assert found["markers"]["sys_platform"] == sys.platform, "as the build machine, like there"
