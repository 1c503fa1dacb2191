"""The environment in which a build's pip installs the lock, and nothing else."""

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from flet_lock.install.handover.variables import FOLDER
from flet_lock.install.handover.wheelhouse import Wheelhouse

SHELLS: Final = ("sh", "powershell", "cmd", "github", "dotenv", "json")


def handover_variables(wheelhouse: Wheelhouse, program: Path | None) -> dict[str, str]:
    """What to set.

    Args:
        wheelhouse: what pip is to install from.
        program: `flet-lock-pip`; None to do it with pip's variables alone.
    """
    # pip's settings come from four files too; the null device rules all of them out.
    common = {"PIP_CONFIG_FILE": os.devnull}
    if program is not None:
        return {**common, "PIP_PYTHON": str(program), FOLDER: str(wheelhouse.folder)}
    requirements = wheelhouse.requirements.absolute().as_uri()
    return {
        **common,
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        # URLs, since pip splits what it reads from the environment at blanks.
        "PIP_FIND_LINKS": f"{wheelhouse.links.absolute().as_uri()}/",
        "PIP_REQUIREMENT": requirements,
        # Hashes of a constraint hold for what stands on the command line as well (pip 26.1).
        "PIP_CONSTRAINT": requirements,
    }


def stray_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names of variables that configure pip; each could undo what the others ask for. Sorted."""
    return tuple(sorted(name for name in environ if name.upper().startswith(("PIP_", "_PIP_"))))


def handover_environment(
    environ: Mapping[str, str], variables: Mapping[str, str]
) -> dict[str, str]:
    """The environment for a build's command."""
    dropped = {*stray_variables(environ), FOLDER}
    kept = {name: value for name, value in environ.items() if name not in dropped}
    return {**kept, **variables}


def render_environment(shell: str, variables: Mapping[str, str], stray: tuple[str, ...]) -> str:
    """The same for others to set: statements of a shell, or a document.

    Args:
        shell: one of `SHELLS`. `github` is for `$GITHUB_ENV`, `dotenv` for `.env` files: these two
            cannot unset a variable, so they empty it, which pip takes for not set.
        variables: what to set.
        stray: what to unset; names that are also set are left out.
    """
    unset = tuple(name for name in stray if name not in variables)
    if shell == "json":
        return json.dumps({"set": dict(variables), "unset": list(unset)}, indent=2) + "\n"
    set_one, unset_one = _STATEMENTS[shell]
    lines = [unset_one(name) for name in unset]
    lines += [set_one(name, value) for name, value in variables.items()]
    return "".join(f"{line}\n" for line in lines)


def _powershell(value: str) -> str:
    # A literal string: only the quote itself is special. Typographic quotes count as quotes.
    return "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", value) + "'"


def _cmd(value: str) -> str:
    return value.replace("%", "%%")


def _dotenv(value: str) -> str:
    # Single quotes keep everything as it is, in python-dotenv, Docker Compose and direnv alike;
    # they have no common way to write a single quote.
    if "'" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{escaped}"'


_Statement = tuple[Callable[[str, str], str], Callable[[str], str]]
_STATEMENTS: Final[Mapping[str, _Statement]] = {
    "sh": (
        lambda name, value: f"export {name}={shlex.quote(value)}",
        lambda name: f"unset {name}",
    ),
    "powershell": (
        lambda name, value: f"$env:{name} = {_powershell(value)}",
        lambda name: f"Remove-Item -ErrorAction SilentlyContinue Env:{name}",
    ),
    "cmd": (
        lambda name, value: f'set "{name}={_cmd(value)}"',
        lambda name: f'set "{name}="',
    ),
    "github": (lambda name, value: f"{name}={value}", lambda name: f"{name}="),
    "dotenv": (
        lambda name, value: f"{name}={_dotenv(value)}",
        lambda name: f"{name}=",
    ),
}
