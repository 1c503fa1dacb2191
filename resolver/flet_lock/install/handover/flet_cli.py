"""Asks which Flet a build's command calls, and whether its command line is there.

The program `flet` pip-installs `flet-cli` where it is missing or of another version (flet,
`utils/pip.py`). Under a lock's environment that cannot work, and the message would be pip's.
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct
from packaging.version import InvalidVersion, Version

from flet_lock.install.handover.process import find_interpreter
from flet_lock.model.errors.handover import FletCliMissing

_QUESTION: Final = """\
import importlib.metadata as metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
print(version("flet"))
print(version("flet-cli"))
print(metadata.distribution("flet").locate_file(""))
"""
_PATIENCE_SECONDS: Final = 30.0


class CalledFlet(Struct, frozen=True, kw_only=True):
    """The Flet of an environment."""

    program: str
    version: Version
    cli: str
    """Version of its flet-cli; `""` where there is none."""
    site_packages: Path

    def check_cli(self) -> None:
        """Sees that the program need not install its command line first.

        Raises:
            FletCliMissing: `flet-cli` is not there, or not the one that belongs to `flet`.
        """
        if self.cli != str(self.version):
            raise FletCliMissing(program=self.program, version=str(self.version))


def find_called_flet(words: Sequence[str], environment: Mapping[str, str]) -> CalledFlet | None:
    """Asks the Python that a command runs flet on; None where that cannot be found out.

    Args:
        words: the command: `flet build apk`, `python -m flet build apk`, or another program, which
            may call the `flet` of its `PATH`; empty for that one.
        environment: in which it will run.
    """
    program = words[0] if words else "flet"
    name = PurePath(program).stem.lower()
    if name.startswith("python") and list(words[1:2]) == ["-m"]:
        found = shutil.which(program, path=environment.get("PATH"))
        interpreter = None if found is None else Path(found)
    elif name in ("uv", "poetry", "pdm", "hatch", "pipenv"):
        return None  # they run it in an environment that they choose
    else:
        program = program if name == "flet" else "flet"
        interpreter = find_interpreter(program, environment)
    return None if interpreter is None else _ask(program, interpreter, environment)


def _ask(program: str, interpreter: Path, environment: Mapping[str, str]) -> CalledFlet | None:
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter that flet itself is about to run on
            [str(interpreter), "-c", _QUESTION],
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        flet, cli, site_packages = done.stdout.splitlines()
        version = Version(flet)
    except (OSError, subprocess.TimeoutExpired, ValueError, InvalidVersion):
        return None  # no flet there, or nothing that tells its version
    return CalledFlet(program=program, version=version, cli=cli, site_packages=Path(site_packages))
