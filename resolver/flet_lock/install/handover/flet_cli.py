"""Sees that `flet` has its command line already.

The program `flet` pip-installs `flet-cli` where it is missing or of another version (flet,
`utils/pip.py`). Under a lock's environment that cannot work, and the message would be pip's.
"""

import subprocess
from collections.abc import Mapping
from typing import Final

from flet_lock.install.handover.process import find_interpreter
from flet_lock.model.errors import FletCliMissing

_QUESTION: Final = """\
import importlib.metadata as metadata
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
print(version("flet"), version("flet-cli"))
"""
_PATIENCE_SECONDS: Final = 30.0


def check_flet_cli(program: str, environment: Mapping[str, str]) -> None:
    """Asks the Python that `flet` runs on; says nothing where it cannot be found or asked.

    Raises:
        FletCliMissing: `flet-cli` is not there, or not the one that belongs to `flet`.
    """
    interpreter = find_interpreter(program, environment)
    if interpreter is None:
        return
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
    except (OSError, subprocess.TimeoutExpired):
        return
    flet, _, cli = done.stdout.rstrip("\n").partition(" ")
    if done.returncode == 0 and flet and cli != flet:
        raise FletCliMissing(program=program, version=flet)
