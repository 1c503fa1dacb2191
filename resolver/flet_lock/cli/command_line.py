"""The words of a command line as a command, its positional words and its options."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from flet_lock.cli.commands import BY_COMMAND, COMMANDS, DEFAULT_COMMAND, Command
from flet_lock.cli.options import BY_NAME, OPTIONS, Option
from flet_lock.model.errors.usage import UsageError

_WORDS = "words"


class Invocation(Struct, frozen=True, kw_only=True):
    """What the user asked for."""

    command: Command
    named: bool
    """False where the command was left out."""
    words: tuple[str, ...]
    """Positional words after the command."""
    to_run: tuple[str, ...] = ()
    """What stands after `--`, of commands that run something."""
    values: Mapping[str, object]
    """Option key to value, only those that were given: True, text, a list of texts, a count."""
    argv: tuple[str, ...] = ()
    """The command line as it was given."""

    @property
    def settings(self) -> dict[str, object]:
        """The layer of options for the workflows."""
        return {key: value for key, value in self.values.items() if BY_NAME[f"--{key}"].setting}

    def text(self, key: str) -> str | None:
        """The value of a `value` option; None where it was not given."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def count(self, key: str) -> int:
        """How often a `count` option was given."""
        value = self.values.get(key)
        return value if isinstance(value, int) else 0

    def flag(self, key: str) -> bool:
        """Whether a `flag` option was given."""
        return self.values.get(key) is True


def parse_command_line(argv: Sequence[str]) -> Invocation:
    """Reads a command line; options may stand before and after the command.

    The first positional word is the command where it is the name of one; `./lock` is a folder.

    Raises:
        UsageError: an option that the command does not have, a value that is missing or wrong.
    """
    own, to_run = _split(argv)
    found, unknown = _parser().parse_known_intermixed_args(own)
    if unknown:
        raise UsageError(
            option=unknown[0].partition("=")[0],
            value="",
            detail="there is no such option",
            choices=tuple(name for name in BY_NAME if name.startswith("--")),
        )
    values = vars(found)
    words: list[str] = values.pop(_WORDS) or []
    named = bool(words) and words[0] in BY_COMMAND
    command = BY_COMMAND[words.pop(0)] if named else BY_COMMAND[DEFAULT_COMMAND]
    if "help" not in values and "version" not in values:
        _refuse_options(command, values)
        _refuse_words(command, words, named=named)
        if command.takes_command and not to_run:
            raise UsageError(
                option="--",
                value="",
                detail=f"the command to run is missing: {command.examples[0][0]}",
            )
    return Invocation(
        command=command,
        named=named,
        words=tuple(words),
        to_run=to_run,
        values=values,
        argv=tuple(argv),
    )


def _split(argv: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Takes off what stands after the first `--`, where the command before it runs that.

    Else `--` means what it always means: only positional words follow.
    """
    words = list(argv)
    if "--" not in words:
        return words, ()
    position = words.index("--")
    own = words[:position]
    try:
        found, _ = _parser().parse_known_intermixed_args(own)
    except UsageError:
        return words, ()
    first = (vars(found).get(_WORDS) or [""])[0]
    if first in BY_COMMAND and BY_COMMAND[first].takes_command:
        return own, tuple(words[position + 1 :])
    return words, ()


class _Parser(argparse.ArgumentParser):
    """argparse, with errors as values: `reports/wording` has the sentences."""

    def error(self, message: str) -> NoReturn:
        # "argument --index: expected one argument"; several names come as `--upgrade/-U`.
        matched = re.match(r"argument ([^:/]+)[^:]*: (.*)", message, re.DOTALL)
        name, detail = matched.groups() if matched else ("", message)
        if detail.startswith("expected one"):
            option = BY_NAME[name]
            detail = f"it needs a value: {name} {option.metavar or '|'.join(option.choices)}"
        elif detail.startswith("ignored explicit"):
            detail = "it takes no value"
        raise UsageError(option=name, value="", detail=detail, choices=())


def _parser() -> argparse.ArgumentParser:
    """One parser for all commands: the command may stand anywhere, or be left out."""
    parser = _Parser(
        prog="flet-lock",
        usage="flet-lock",  # never shown; left out, it is made of all options in each run
        add_help=False,
        allow_abbrev=False,
        # Without a width argparse asks for the terminal's, once for each option, by way of shutil.
        formatter_class=partial(argparse.HelpFormatter, width=80),
        # Only what was given is in the result: an option layer has no defaults.
        argument_default=argparse.SUPPRESS,
    )
    for option in OPTIONS:
        if option.takes_value:
            parser.add_argument(
                *option.names,
                dest=option.key,
                action="append" if option.kind == "list" else "store",
                type=_chooser(option) if option.choices else str,
            )
        else:
            parser.add_argument(
                *option.names,
                dest=option.key,
                action="count" if option.kind == "count" else "store_true",
                # Without its own default "count" starts from None.
                default=argparse.SUPPRESS,
            )
    parser.add_argument(_WORDS, nargs="*", default=None)
    return parser


def _chooser(option: Option) -> Callable[[str], str]:
    def choose(value: str) -> str:
        if value not in option.choices:
            raise UsageError(
                option=option.names[0],
                value=value,
                detail="there is no such choice",
                choices=tuple(option.choices),
            )
        return value

    return choose


def _refuse_options(command: Command, values: Mapping[str, object]) -> None:
    for key in values:
        if f"--{key}" not in command.options:
            raise UsageError(
                option=f"--{key}",
                value="",
                detail=f"flet-lock {command.name} has no such option",
                choices=(),
            )
    format_ = values.get("format")
    if format_ is not None and format_ not in command.formats:
        raise UsageError(
            option="--format",
            value=str(format_),
            detail="there is no such choice",
            choices=command.formats,
        )


def _too_many(command: Command) -> str:
    if command.takes_command:
        return f"the command stands after two dashes: {command.examples[0][0]}"
    several = command.actions or len(command.words) > 1
    return "one word too many" if several else "one folder at a time"


def _refuse_words(command: Command, words: Sequence[str], *, named: bool) -> None:
    if command.actions and (not words or words[0] not in command.actions):
        raise UsageError(
            option=f"flet-lock {command.name}",
            value=words[0] if words else "",
            detail="there is no such action" if words else "it needs an action",
            choices=command.actions,
        )
    names = [name for name, _ in command.words if not name.startswith("--")]
    least = 0 if command.actions else sum(not name.startswith("[") for name in names)
    if len(words) < least:
        raise UsageError(
            option=f"flet-lock {command.name}",
            value="",
            detail=f"{names[len(words)].rstrip('…')} is missing: {command.examples[0][0]}",
        )
    most = 1 if command.actions else len(names)
    if len(words) > most and not any(name.endswith("…") for name in names):
        raise UsageError(
            option="",
            value=words[most],
            detail=_too_many(command),
            choices=(),
        )
    if not named and words and _is_bare_word(words[0]) and not Path(words[0]).exists():
        # Most likely a command that was mistyped; a folder that is not there is told so later.
        from flet_lock.reports.wording.failure.faults import did_you_mean  # noqa: PLC0415 - seldom needed

        commands = tuple(each.name for each in COMMANDS)
        if did_you_mean(words[0], commands):
            raise UsageError(
                option="", value=words[0], detail="no such command or folder", choices=commands
            )


def _is_bare_word(word: str) -> bool:
    return word.replace("-", "").isalnum()
