"""The words of a command line as a command, its positional words and its options."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from flet_lock.cli.command import Command
from flet_lock.cli.commands import BY_COMMAND, COMMANDS, DEFAULT_COMMAND, HELP
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
    words = list(argv)
    start = _first_word(words)
    first = words[start] if start < len(words) else ""
    if first == HELP:
        return parse_command_line([*words[:start], *_helped(words[start + 1 :]), "--help"])
    named = first in BY_COMMAND
    command = BY_COMMAND[first if named else DEFAULT_COMMAND]
    if named:
        del words[start]
    own, to_run = _split(command, words, start)
    values = _read_options(command, own)
    found: list[str] = values.pop(_WORDS)  # type: ignore[assignment] # as the parser has it
    if "help" not in values and "version" not in values:
        _refuse_format(command, values.get("format"))
        passed = to_run[len(command.stands_for) :] if command.stands_for else found
        _refuse_words(command, passed, named=named)
        if command.takes_command and not to_run:
            raise UsageError(
                option="--",
                value="",
                detail=f"the command to run is missing: {command.examples[0][0]}",
            )
    return Invocation(
        command=command,
        named=named,
        words=tuple(found),
        to_run=to_run,
        values=values,
        argv=tuple(argv),
    )


def _first_word(words: Sequence[str]) -> int:
    """Where the first word stands that is neither an option nor its value; the end if none is."""
    position = 0
    while position < len(words) and words[position].startswith("-") and words[position] != "-":
        if words[position] == "--":
            return position + 1
        position += 2 if _takes_next(words[position]) else 1
    return min(position, len(words))


def _takes_next(word: str) -> bool:
    """Whether the value of an option is the next word: of `-P` and `-qP`, not of `-Pnumpy`."""
    if word.startswith("--"):
        return word in BY_NAME and BY_NAME[word].takes_value
    for position, letter in enumerate(word[1:], start=2):
        option = BY_NAME.get(f"-{letter}")
        if option is None or option.takes_value:
            return option is not None and position == len(word)
    return False


def _helped(words: Sequence[str]) -> Sequence[str]:
    """What `help` is about: a command, or nothing.

    Raises:
        UsageError: there is no such command.
    """
    if words and not words[0].startswith("-") and words[0] not in BY_COMMAND:
        raise _no_such_command(words[0])
    return words


def _split(
    command: Command, words: Sequence[str], start: int
) -> tuple[Sequence[str], tuple[str, ...]]:
    """Takes off the words of another program's command.

    They stand after the first `--` where the command runs what stands there; else `--` means
    what it always means: only positional words follow. What follows a command that stands for
    another program's is all that program's.
    """
    if command.stands_for:
        rest = words[start:]
        asks = any(each in BY_NAME["--help"].names for each in rest)
        return [*words[:start], *(["--help"] if asks else [])], (*command.stands_for, *rest)
    if command.takes_command and "--" in words:
        position = words.index("--")
        return words[:position], tuple(words[position + 1 :])
    return words, ()


def _read_options(command: Command, words: Sequence[str]) -> dict[str, object]:
    """The options by key, and the positional words.

    Raises:
        UsageError: there is no such option, or its value is missing, wrong or one too many.
    """
    try:
        found, unknown = _parser(command).parse_known_intermixed_args(words)
    except argparse.ArgumentError as error:
        # Whatever argparse has against one of our options is about the number of its values.
        option = BY_NAME[str(error.argument_name).partition("/")[0]]
        wanted = f"{option.names[0]} {option.metavar or '|'.join(option.choices)}"
        detail = f"it needs a value: {wanted}" if option.takes_value else "it takes no value"
        raise UsageError(option=option.names[0], value="", detail=detail) from error
    values = vars(found)
    if unknown and "help" not in values:
        raise _no_such_option(command, unknown[0].partition("=")[0])
    return {**values, _WORDS: values[_WORDS] or []}


def _parser(command: Command) -> argparse.ArgumentParser:
    """The parser of one command: no other is made, as a run needs no other."""
    parser = argparse.ArgumentParser(
        prog="flet-lock",
        usage="flet-lock",  # never shown; left out, it is made of all options in each run
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
        # Without a width argparse asks for the terminal's, once for each option, by way of shutil.
        formatter_class=partial(argparse.HelpFormatter, width=80),
        # Only what was given is in the result: an option layer has no defaults.
        argument_default=argparse.SUPPRESS,
    )
    for option in OPTIONS:
        if option.names[0] not in command.options:
            continue
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


def _no_such_option(command: Command, name: str) -> UsageError:
    if name in BY_NAME:
        detail = f"flet-lock {command.name} has no such option"
        return UsageError(option=name, value="", detail=detail, command=command.name)
    return UsageError(
        option=name,
        value="",
        detail="there is no such option",
        choices=tuple(sorted(each for each in command.options if each.startswith("--"))),
        command=command.name,
    )


def _no_such_command(word: str) -> UsageError:
    return UsageError(
        option="",
        value=word,
        detail="no such command or folder",
        choices=tuple(each.name for each in COMMANDS),
    )


def _refuse_format(command: Command, form: object) -> None:
    if form is not None and form not in command.formats:
        raise UsageError(
            option="--format",
            value=str(form),
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
    if len(words) > most and not any(name.strip("[]").endswith("…") for name in names):
        raise UsageError(
            option="",
            value=words[most],
            detail=_too_many(command),
            choices=(),
        )
    if not named and words and _is_bare_word(words[0]) and not Path(words[0]).exists():
        # Most likely a command; a folder that is not there is told so later.
        from flet_lock.reports.wording.failure.faults import did_you_mean  # noqa: PLC0415 - seldom needed
        from flet_lock.reports.wording.failure.other_tools import OTHER_TOOLS  # noqa: PLC0415

        error = _no_such_command(words[0])
        if words[0] in OTHER_TOOLS or did_you_mean(words[0], error.choices):
            raise error


def _is_bare_word(word: str) -> bool:
    return word.replace("-", "").isalnum()
