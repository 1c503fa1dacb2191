"""The options that pip knows in a requirements file, read as pip reads them.

pip uses optparse, too, so abbreviations, `-rfile` and `--pre=…` mean the same here. A file of its
own because optparse is slow to import: see `requirements_txt.py`.
"""

import optparse
import shlex
from typing import Final, NoReturn

from flet_lock.model.app.fault import FaultKind
from flet_lock.project.requirements_txt.line_options import LineOptions

_IGNORED_FLAGS: Final = ("--prefer-binary", "--require-hashes", "--no-require-hashes")
_IGNORED_VALUES: Final[tuple[tuple[str, ...], ...]] = (
    ("--no-binary",),
    ("--only-binary",),
    ("--trusted-host",),
    ("--use-feature",),
    ("--all-releases",),
    ("--only-final",),
    ("--config-settings", "--config-setting", "-C"),
)


class OptionError(Exception):
    """Options that cannot be read; carries what a `Fault` needs besides the place."""

    def __init__(self, kind: FaultKind, value: str, detail: str) -> None:
        super().__init__(kind, value, detail)
        self.kind = kind
        self.value = value
        self.detail = detail


def parse_line_options(text: str) -> LineOptions:
    """Reads the part of a line that begins with its first option.

    Raises:
        OptionError: an unknown option, a missing value, an open quote.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise OptionError(FaultKind.BAD_VALUE, text, str(error)) from error
    parser = _option_parser()
    try:
        values, rest = parser.parse_args(words)
    except optparse.BadOptionError as error:
        raise OptionError(FaultKind.UNKNOWN_OPTION, error.opt_str, str(error)) from error
    except optparse.OptParseError as error:
        raise OptionError(FaultKind.BAD_VALUE, text, str(error)) from error
    if rest:
        raise OptionError(FaultKind.BAD_VALUE, " ".join(rest), "after the options")
    lists = {name: tuple(getattr(values, name) or ()) for name in _LISTS}
    return LineOptions(
        **lists,
        index_url=values.index_url,
        no_index=bool(values.no_index),
        pre=bool(values.pre),
    )


_LISTS: Final = (
    "requirements",
    "constraints",
    "editables",
    "extra_index_urls",
    "find_links",
    "hashes",
    "without_effect",
)


class _OptionParser(optparse.OptionParser):
    """optparse without printing and exiting: its own errors come out."""

    def parse_args(  # type: ignore[override] # one calling style is enough here
        self, args: list[str]
    ) -> tuple[optparse.Values, list[str]]:
        values = self.get_default_values()
        rest: list[str] = []
        self.values = values
        self.rargs = list(args)
        self.largs = rest
        self._process_args(rest, self.rargs, values)
        return values, rest + self.rargs

    def error(self, msg: str) -> NoReturn:
        raise optparse.OptParseError(msg)


def _option_parser() -> _OptionParser:
    parser = _OptionParser(add_help_option=False, usage="")
    for options, destination in (
        (("-r", "--requirement"), "requirements"),
        (("-c", "--constraint"), "constraints"),
        (("-e", "--editable"), "editables"),
        (("-f", "--find-links"), "find_links"),
        (("--extra-index-url",), "extra_index_urls"),
        (("--hash",), "hashes"),
    ):
        parser.add_option(*options, dest=destination, action="append")
    parser.add_option("-i", "--index-url", "--pypi-url", dest="index_url")
    parser.add_option("--no-index", dest="no_index", action="store_true")
    parser.add_option("--pre", dest="pre", action="store_true")
    for flag in _IGNORED_FLAGS:
        parser.add_option(flag, dest="without_effect", action="append_const", const=flag)
    for names in _IGNORED_VALUES:
        parser.add_option(
            *names,
            type="string",
            action="callback",
            callback=_remember,
            callback_args=(names[0],),
        )
    parser.set_defaults(without_effect=None)
    return parser


def _remember(
    _option: optparse.Option, _text: str, value: str, parser: optparse.OptionParser, name: str
) -> None:
    values = parser.values
    if values is not None:
        values.without_effect = [*(values.without_effect or ()), f"{name} {value}"]
