"""What is wrong at a place of the user's files."""

from enum import StrEnum

from msgspec import Struct

from flet_lock.model.app.requirement import Place


class FaultKind(StrEnum):
    """What is wrong at a place of the user's files."""

    UNREADABLE = "unreadable"
    """The file cannot be opened or decoded."""
    BAD_TOML = "bad-toml"
    WRONG_TYPE = "wrong-type"
    BAD_REQUIREMENT = "bad-requirement"
    """Not a PEP 508 requirement."""
    BAD_SPECIFIER = "bad-specifier"
    BAD_MARKER = "bad-marker"
    UNKNOWN_OPTION = "unknown-option"
    """An option of requirements.txt that is not known here."""
    UNKNOWN_KEY = "unknown-key"
    """A key of [tool.flet-lock] that does not exist."""
    BAD_VALUE = "bad-value"
    MISSING_FILE = "missing-file"
    """A file or folder that the project names is not there."""
    CYCLE = "cycle"
    """Files or groups that include each other."""
    UNKNOWN_ARCH = "unknown-arch"
    UNKNOWN_GROUP = "unknown-group"
    UNKNOWN_EXTRA = "unknown-extra"
    UNSUPPORTED = "unsupported"
    """Valid for pip or Poetry, but not something that a phone build can use."""
    BYTE_ORDER_MARK = "byte-order-mark"
    """A TOML file begins with U+FEFF, which nobody sees and no reader of TOML accepts."""
    VERSION_FOR_LOCATION = "version-for-location"
    """A version where a folder or an address is wanted."""


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong in the user's files."""

    place: Place
    kind: FaultKind
    value: str
    """The offending text, credentials removed."""
    detail: str = ""
    """What a parser said about it."""
    choices: tuple[str, ...] = ()
    """What would be accepted, where that is a short list."""
    instead: tuple[str, ...] | None = None
    """The lines to write in its place; none: it asks for nothing and can go. None: not known."""
