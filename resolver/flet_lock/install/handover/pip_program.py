"""`flet-lock-pip`: stands where pip looks for an interpreter, and makes it install the lock.

pip hands its whole command line to the program that `PIP_PYTHON` names, as
`PROGRAM …/pip/__pip-runner__.py install --upgrade … --target FOLDER REQUIREMENTS` (pip,
`_internal/cli/main_parser.py`). An installation into a slice's folder becomes one of exactly the
locked wheels of that slice, done by the same pip on the Python it belongs to. Everything else is
passed on as it is.

Runs under the build's environment, where a `sitecustomize` pretends to be a phone: so it uses the
standard library alone, and little of it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from flet_lock.install.handover.variables import FOLDER, MANIFEST
from flet_lock.model.host_system import is_windows

USAGE_ERROR: Final = 2
"""As pip's own for a command line it does not understand."""
_TARGET: Final = ("--target", "-t")


def main() -> int:
    """Runs the pip it is called with; returns its exit code, where the system lets it return."""
    if len(sys.argv) < 2 or not sys.argv[1].endswith(".py"):  # noqa: PLR2004 - name and runner
        _fail("it is called by pip, through PIP_PYTHON: see flet-lock run")
    runner, *arguments = sys.argv[1:]
    target = find_target(arguments)
    environment = dict(os.environ)
    if target is not None:
        if is_unshipped(Path(environment.get(FOLDER, "")), target):
            return 0
        arguments = locked_arguments(Path(environment.get(FOLDER, "")), target)
        environment = locked_environment(environment)
    command = [str(find_interpreter(Path(runner))), runner, *arguments]
    if is_windows():  # exec would return to the caller at once there
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
    return os.execve(command[0], command, environment)  # noqa: S606 - the pip that was called


def find_target(arguments: Sequence[str]) -> str | None:
    """The folder that an installation goes to; None for anything else than `install --target`."""
    if "install" not in arguments:
        return None
    found = None
    for position, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in _TARGET:
            found = value if equals else "".join(arguments[position + 1 : position + 2])
    return found


def is_unshipped(folder: Path, target: str) -> bool:
    """Whether pip runs for a slice that no app gets: nothing is installed there."""
    return _slice_name(target) in _manifest(folder)["unshipped"]


def _slice_name(target: str) -> str:
    return os.path.basename(os.path.normpath(target))  # noqa: PTH119 - text as given


def _manifest(folder: Path) -> Any:  # noqa: ANN401 - as `write_wheelhouse` wrote it
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return _fail(f"{folder / MANIFEST} cannot be read: {error}")


def locked_arguments(folder: Path, target: str) -> list[str]:
    """Arguments of pip that install the locked wheels of a slice into its folder.

    Args:
        folder: what `flet-lock run` prepared.
        target: the slice's folder; its name is the slice's.
    """
    slice_name, slices = _slice_name(target), _manifest(folder)["slices"]
    if slice_name not in slices:
        _fail(f"the build installs {slice_name}, and the lock was handed over for {list(slices)}")
    entry = slices[slice_name]
    arguments = ["install", "--disable-pip-version-check", "--no-input", "--upgrade"]
    arguments += ["--no-deps", "--no-index", "--only-binary", ":all:", "--no-cache-dir"]
    arguments += ["--find-links", (folder / entry["wheels"]).as_uri() + "/"]
    for platform in entry["platforms"]:
        arguments += ["--platform", platform]
    requirements = folder / entry["requirements"]
    return [*arguments, "--require-hashes", "--target", target, "-r", str(requirements)]


def locked_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The same without anything that configures pip: the command line says it all."""
    kept = {
        name: value for name, value in environment.items() if not name.upper().startswith("PIP_")
    }
    kept["PIP_CONFIG_FILE"] = os.devnull
    return kept


def find_interpreter(runner: Path) -> Path:
    """The Python that a pip belongs to: the one in whose `site-packages` it is."""
    found = next((program for program in _programs(runner) if program.is_file()), None)
    return _fail(f"no Python found for {runner}") if found is None else found


def _programs(runner: Path) -> Iterator[Path]:
    parts = runner.parts
    versioned = next((part for part in reversed(parts) if part.startswith("python3.")), "python3")
    for folder in runner.parents:
        for name in dict.fromkeys((versioned, "python3", "python")):
            yield folder / "bin" / name
        for place in (folder, folder / "Scripts"):
            yield place / "python.exe"


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"flet-lock-pip: {message}\n")
    raise SystemExit(USAGE_ERROR)
