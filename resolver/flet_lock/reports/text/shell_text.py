"""Environment variables as others set them: statements of a shell, or a document."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Final

from flet_lock.boundary.plain_text import steers
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.lazy_regex import lazy_regex

_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_ONE_LINE: Final = frozenset({"github", "dotenv", "cmd"})
"""Formats in which a line break begins another variable."""


def render_environment(shell: str, variables: Mapping[str, str], stray: tuple[str, ...]) -> str:
    """What to set and to unset, in the words of a shell.

    Args:
        shell: one of `SHELLS`. `github` and `dotenv` cannot unset a variable, so they empty it,
            which pip takes for not set.
        variables: what to set.
        stray: what to unset; names that are also set are left out.
    """
    # A name that no shell could set is none that this one can unset.
    unset = tuple(name for name in stray if name not in variables and _NAME.match(name))
    if shell == "json":
        return json.dumps({"set": dict(variables), "unset": list(unset)}, indent=2) + "\n"
    set_one, unset_one = _STATEMENTS[shell]
    lines = [unset_one(name) for name in unset]
    for name, value in variables.items():
        if not _NAME.match(name) or (shell in _ONE_LINE and steers(value)):
            raise UsageError(
                option="--shell",
                value=shell,
                detail=f"the value of {name} has a line break or another sign that this format "
                "cannot say",
                choices=("json", "sh"),
            )
        lines.append(set_one(name, value))
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
    # A backtick would be a command where a shell reads the file.
    escaped = re.sub(r'[\\"$`]', r"\\\g<0>", value)
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
