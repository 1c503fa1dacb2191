"""Reads the command of a build as flet-cli reads it: for which platform, slices and Python.

Only `--platform`-like facts are taken from it; the command itself is run as it stands.
"""

import argparse
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, NoReturn

from msgspec import Struct

from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform
from flet_lock.targets.shipped_data import shipped_path

COMMANDS: Final = ("build", "debug", "test")
"""Commands of flet that package an app with its dependencies."""
PLATFORMS: Final = {
    "apk": Platform.ANDROID,
    "aab": Platform.ANDROID,
    "ipa": Platform.IOS,
    "ios-simulator": Platform.IOS,
    # of `flet debug` and `flet test`
    "android": Platform.ANDROID,
    "ios": Platform.IOS,
}
"""What flet calls what it builds."""

OPTIONS_FILE: Final = "flet-options.toml"
"""Of the catalogue: flet-cli's options by what follows them."""
_PYTEST_KEYWORD: Final = "-k"


class BuildCommand(Struct, frozen=True, kw_only=True):
    """What a command builds, as far as its dependencies go."""

    platform: Platform
    """The platform it builds for."""
    app: str | None
    """The app's folder as the command names it; None where it names none: this folder."""
    archs: tuple[str, ...] = ()
    """`--arch`; empty means what the project says."""
    python_version: str | None = None
    """`--python-version`; None means what the project says."""
    source_packages: tuple[str, ...] = ()
    """`--source-packages`; empty means what the project says."""
    cleanup_packages: bool = False
    """Whether `--cleanup-packages` stands there; without it the project decides."""
    cleanup_package_files: tuple[str, ...] = ()
    """Globs of `--cleanup-package-files`; empty means what the project says."""


def parse_build_command(words: Sequence[str]) -> BuildCommand | None:
    """Reads a command line.

    Args:
        words: the command and its arguments: `flet build apk --arch arm64-v8a`. Something may
            stand in front: `uv run flet …`, `python -m flet …`.

    Returns:
        None where it is no command of flet that packages an app: what a script builds, say.

    Raises:
        UsageError: it builds nothing that a lock of ours rules, or flet would not understand it.
    """
    start = _find_command(words)
    if start is None:
        return None
    name = words[start]
    arguments = list(words[start + 1 :])
    if "--" in arguments:  # the rest is for Flutter, or for pytest
        arguments = arguments[: arguments.index("--")]
    parser = _parser(name)
    found, unknown = parser.parse_known_intermixed_args(arguments)
    if unknown:
        parser.error(f"flet {name} has no option {unknown[0]}")
    built = str(found.built or "").lower()
    if built not in PLATFORMS:
        raise UsageError(
            option="--",
            value=" ".join((*words[: start + 1], built)).strip(),
            detail="this builds for no phone, and the locks are for phones",
            choices=tuple(f"flet {name} {each}" for each in _built_by(name)),
        )
    return BuildCommand(
        platform=PLATFORMS[built],
        app=found.app,
        archs=tuple(found.arch),
        python_version=found.python_version,
        source_packages=tuple(found.source_packages),
        cleanup_packages=found.cleanup_packages or found.cleanup_on_compile,
        cleanup_package_files=tuple(found.cleanup_package_files),
    )


def flet_program(words: Sequence[str]) -> str | None:
    """The command's first word where that is the program `flet` itself, else None."""
    return words[0] if words and PurePath(words[0]).stem.lower() == "flet" else None


def _find_command(words: Sequence[str]) -> int | None:
    """Where `build` stands after `flet`."""
    for position, word in enumerate(words[:-1]):
        program = PurePath(word).stem.lower() if not word.endswith(".cli") else word[:-4]
        if re.fullmatch(r"flet([_-]cli)?", program) and words[position + 1] in COMMANDS:
            return position + 1
    return None


def _built_by(command: str) -> tuple[str, ...]:
    build = command == "build"
    return tuple(name for name in PLATFORMS if (name in ("android", "ios")) is not build)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(option="--", value=self.prog, detail=message)


def _parser(name: str) -> argparse.ArgumentParser:
    # Abbreviations of options are allowed, as in flet-cli.
    parser = _Parser(prog=f"flet {name}", add_help=False)
    parser.add_argument("built", nargs=None if name == "build" else "?")
    parser.add_argument("app", nargs="?")
    options = read_options()
    older = options["older"]
    for option in (*options["values"], *older["values"]):
        parser.add_argument(*_names(option, options))
    for option in (*options["lists"], *older["lists"]):
        parser.add_argument(option, nargs="+", action="extend", default=[])
    for option in (*options["flags"], *older["flags"]):
        parser.add_argument(*_names(option, options), action="store_true")
    if name == "test":
        parser.add_argument(_PYTEST_KEYWORD)
    return parser


def read_options() -> dict[str, Any]:
    """flet-cli's options: `values`, `lists` and `flags` by name, and `short` forms of some."""
    return tomllib.loads(shipped_path(OPTIONS_FILE).read_text(encoding="utf-8"))


def _names(option: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    return (option, options["short"][option]) if option in options["short"] else (option,)
