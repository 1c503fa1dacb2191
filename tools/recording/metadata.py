"""Core metadata, cut down to the fields that decide a resolution."""

from email.parser import HeaderParser

from packaging.requirements import InvalidRequirement, Requirement

FIELDS = (
    "Metadata-Version",
    "Name",
    "Version",
    "Requires-Python",
    "Requires-Dist",
    "Provides-Extra",
    "Dynamic",
)
"""Kept, in this order; fields that occur several times keep their own order."""


def trim_metadata(content: bytes) -> bytes:
    """METADATA with `FIELDS` only, values unchanged but for folded lines."""
    message = HeaderParser().parsestr(content.decode("utf-8", errors="replace"))
    lines = [
        f"{field}: {' '.join(str(value).split())}"
        for field in FIELDS
        for value in message.get_all(field, [])
    ]
    return ("\n".join(lines) + "\n").encode()


def requirements_of(trimmed: bytes) -> list[Requirement]:
    """`Requires-Dist` of trimmed metadata; malformed values are passed over."""
    found = []
    for value in HeaderParser().parsestr(trimmed.decode()).get_all("Requires-Dist", []):
        try:
            found.append(Requirement(str(value)))
        except InvalidRequirement:
            continue
    return found


def name_of(trimmed: bytes) -> str:
    """The `Name` field."""
    return str(HeaderParser().parsestr(trimmed.decode())["Name"])
