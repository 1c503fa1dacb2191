"""One value of one layer of settings, read as the type that its key wants.

A value in pyproject.toml has a type already, in the environment it is text, on the command line it
is what the argument parser made of it. A refused value is a fault with its key in pyproject.toml,
and ends the run as a `UsageError` elsewhere.
"""

from math import isfinite
from pathlib import Path
from typing import Final

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.boundary.bounds import REQUIREMENT_LENGTH
from flet_lock.boundary.plain_text import plain_text
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_name
from flet_lock.boundary.urls import is_web, local_path, split_url
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.redaction import redacted
from flet_lock.project.diagnostics import ProjectDiagnostics, toml_place
from flet_lock.project.document import shown, type_name
from flet_lock.project.reference import has_scheme

_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("0", "false", "no", "off")
_WORD_SEPARATOR = lazy_regex(r"[\s,]+")

Steps = tuple[str | int, ...]
"""Keys and positions from a key to a value inside it."""


class SettingValue(Struct, frozen=True, kw_only=True):
    """A value somebody set, and where."""

    value: object
    """As the layer gives it."""
    label: str
    """What a `UsageError` names: `--python-version`, `FLET_LOCK_PYTHON_VERSION`."""
    source: str
    """`environment` or `command line`; `pyproject.toml` where `path` is set."""
    path: Steps | None
    """The key in pyproject.toml; None in the other layers."""
    base: Path
    """The folder that relative folders are relative to: the app's for pyproject.toml, the working
    directory for the other layers."""
    findings: ProjectDiagnostics
    """Collects the faults of pyproject.toml."""

    @property
    def in_toml(self) -> bool:
        """Whether it stands in pyproject.toml."""
        return self.path is not None

    def place(self, *steps: str | int) -> Place:
        """The place of the value, or of one inside it."""
        if self.path is None:
            return Place(file=f"{self.source} {self.label}")
        return toml_place((*self.path, *steps))

    def inside(self, value: object, *steps: str | int) -> "SettingValue":
        """A value inside this one."""
        return SettingValue(
            value=value,
            label=self.label,
            source=self.source,
            path=None if self.path is None else (*self.path, *steps),
            base=self.base,
            findings=self.findings,
        )

    def refuse(
        self,
        value: object = None,
        *,
        detail: str = "",
        kind: FaultKind = FaultKind.BAD_VALUE,
        choices: tuple[str, ...] = (),
    ) -> None:
        """Refuses the value, or a part of it.

        Args:
            value: the part; None: all of it.
            detail: why; `""` for nothing.
            kind: what is wrong.
            choices: the values that could stand there instead.

        Raises:
            UsageError: it was set in the environment or on the command line.
        """
        text = shown(self.value if value is None else value)
        if self.path is None:
            raise UsageError(
                option=self.label, value=redacted(text), detail=redacted(detail), choices=choices
            )
        self.findings.fault(self.place(), kind, text, detail=detail, choices=choices)

    def refuse_type(self, wanted: str) -> None:
        """Refuses the value for its type."""
        self.refuse(
            detail=f"{type_name(self.value)} where {wanted} is wanted", kind=FaultKind.WRONG_TYPE
        )

    def text(self) -> str | None:
        """A string that is not empty; None where it was refused."""
        if not isinstance(self.value, str):
            self.refuse_type("string")
            return None
        stripped = self.value.strip()
        try:
            plain_text(stripped, longest=REQUIREMENT_LENGTH)
        except RefusedTextError as error:
            self.refuse(detail=str(error))
            return None
        if not stripped:
            self.refuse(detail="empty")
            return None
        return stripped

    def flag(self) -> bool | None:
        """A boolean; in the environment 1/0, true/false, yes/no, on/off."""
        if isinstance(self.value, bool):
            return self.value
        if isinstance(self.value, str) and not self.in_toml:
            word = self.value.strip().lower()
            if word in _TRUE + _FALSE:
                return word in _TRUE
            self.refuse(choices=("true", "false"))
            return None
        self.refuse_type("boolean")
        return None

    def number(self, *, least: int, most: int | None = None) -> float | None:
        """A number between bounds, bounds included."""
        value = self.value
        if isinstance(value, str) and not self.in_toml:
            try:
                value = float(value)
            except ValueError:
                self.refuse(detail="not a number")
                return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse_type("number")
            return None
        if not self._within(value, least, most):
            limit = f"at least {least}" if most is None else f"between {least} and {most}"
            self.refuse(detail=limit)
            return None
        return float(value)

    def integer(self, *, least: int, most: int) -> int | None:
        """A whole number between bounds, bounds included."""
        if self.in_toml and isinstance(self.value, float):
            self.refuse_type("integer")
            return None
        number = self.number(least=least, most=most)
        if number is None:
            return None
        if not number.is_integer():
            self.refuse(detail="not a whole number")
            return None
        return int(number)

    def words(self) -> list["SettingValue"]:
        """Names: an array or one string; outside pyproject.toml commas and blanks separate, too."""
        if self.in_toml:
            return self.items()
        parts = self.value if isinstance(self.value, list | tuple) else [self.value]
        words = [word for part in parts for word in _WORD_SEPARATOR.split(str(part)) if word]
        return [self.inside(word) for word in words]

    def items(self) -> list["SettingValue"]:
        """Strings: an array or one string; in the environment one a line."""
        if isinstance(self.value, str):
            lines = [self.value] if self.in_toml else self.value.splitlines()
            return [self.inside(line) for line in lines if line.strip()]
        if not isinstance(self.value, list | tuple):
            self.refuse_type("string or array of strings")
            return []
        found: list[SettingValue] = []
        for index, item in enumerate(self.value):
            inner = self.inside(item, index)
            if isinstance(item, str):
                found.append(inner)
            else:
                inner.refuse_type("string")
        return found

    def package_name(self) -> NormalizedName | None:
        """A package's, group's or extra's name, normalized."""
        text = self.text()
        if text is None:
            return None
        try:
            return parse_name(text)
        except RefusedTextError:
            self.refuse(detail="not a name")
            return None

    def index_location(self) -> str | None:
        """A web address as it is, a folder as an absolute path."""
        text = self.text()
        if text is None:
            return None
        if is_web(text):
            try:
                split_url(text)
            except RefusedTextError as error:
                self.refuse(detail=str(error))
                return None
            return text
        is_file = text.lower().startswith("file:")
        if has_scheme(text) and not is_file:
            self.refuse(choices=("https://…", "http://…", "file://…", "a folder"))
            return None
        return self._absolute(text)

    def folder(self) -> str | None:
        """A folder as an absolute path; it need not be there."""
        text = self.text()
        return None if text is None else self._absolute(text)

    def _absolute(self, text: str) -> str | None:
        try:
            return str((self.base / local_path(text)).resolve())
        except (OSError, ValueError, RuntimeError):
            self.refuse(detail="cannot be a path")
            return None

    @staticmethod
    def _within(value: float, least: int, most: int | None) -> bool:
        return isfinite(value) and value >= least and (most is None or value <= most)
