"""At which line of a TOML text each value stands.

tomllib and tomlkit keep no lines. The text has been read by one of them before: what is not TOML
is skipped here without a word.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Final

Path = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'", re.DOTALL
)
_ATOM: Final = re.compile(r"[^,\]}#\n]+")
_DEEPEST: Final = 100
"""Levels of arrays and tables in values; nobody writes ten."""


def toml_lines(text: str) -> dict[Path, int]:
    """The path of each value, as `Place` has it, to its line, counted from 1."""
    scanner = _Scanner(text)
    with contextlib.suppress(_NotTomlError):  # what was found up to there is right
        scanner.read()
    return scanner.lines


class _NotTomlError(Exception):
    pass


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._tables: dict[Path, int] = {}

    def read(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text.startswith("[", self._at):
                table = self._header()
            else:
                self._pair(table, 0)

    def _header(self) -> Path:
        several = self._text.startswith("[[", self._at)
        line = self._here()
        self._at += 2 if several else 1
        table = self._full(self._key())
        self._expect("]]" if several else "]")
        if several:
            number = self._tables[table] = self._tables.get(table, -1) + 1
            table = (*table, number)
        self.lines.setdefault(table, line)
        return table

    def _full(self, key: Path) -> Path:
        """The path with the positions of the arrays of tables above it."""
        found: Path = ()
        for step in key[:-1]:
            found = (*found, step)
            if found in self._tables:
                found = (*found, self._tables[found])
        return (*found, *key[-1:])

    def _pair(self, table: Path, depth: int) -> None:
        line = self._here()
        path = (*table, *self._key())
        self._expect("=")
        self.lines.setdefault(path, line)
        self._skip(_SPACE)
        self._value(path, depth)

    def _value(self, path: Path, depth: int) -> None:
        self.lines.setdefault(path, self._here())
        if depth > _DEEPEST:
            raise _NotTomlError
        mark = self._text[self._at : self._at + 1]
        if mark == "[":
            for number in self._items("]"):
                self._value((*path, number), depth + 1)
        elif mark == "{":
            for _ in self._items("}"):
                self._pair(path, depth + 1)
        elif not self._take(_STRING) and not self._take(_ATOM):
            raise _NotTomlError

    def _items(self, end: str) -> Iterator[int]:
        """Before each item of an array or an inline table; the caller reads it."""
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self._text.startswith(end, self._at):
                self._at += 1
                return
            yield number
            number += 1
            self._skip(_BLANK)
            if not self._text.startswith(end, self._at):
                self._expect(",")

    def _key(self) -> Path:
        steps: list[str] = []
        while True:
            self._skip(_SPACE)
            word = self._take(_BARE_KEY) or self._take(_STRING)
            if not word:
                raise _NotTomlError
            steps.append(word.strip("\"'"))
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return tuple(steps)
            self._at += 1

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip(self, pattern: re.Pattern[str]) -> int:
        self._take(pattern)
        return self._at

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _expect(self, mark: str) -> None:
        self._skip(_SPACE)
        if not self._text.startswith(mark, self._at):
            raise _NotTomlError
        self._at += len(mark)
