"""What METADATA says of a licence (core metadata specification)."""

import re

from packaging.metadata import parse_email

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_PREFIX = "License :: "
_OSI = "OSI Approved :: "


def read_licence(metadata: bytes) -> str | None:
    """The licence of a distribution; None where METADATA does not say.

    `License-Expression` (PEP 639) decides; the classifiers come next, because `License` is free
    text and often holds the licence itself.

    Args:
        metadata: METADATA or PKG-INFO; what follows the headers is not looked at.
    """
    raw, _ = parse_email(_BLANK_LINE.split(metadata, maxsplit=1)[0])
    expression = raw.get("license_expression", "").strip()
    if expression:
        return expression
    classified = [
        each.removeprefix(_PREFIX).removeprefix(_OSI)
        for each in raw.get("classifiers", [])
        # "License :: OSI Approved" alone names none.
        if each.startswith(_PREFIX) and each != f"{_PREFIX}OSI Approved"
    ]
    if classified:
        return ", ".join(classified)
    free = raw.get("license", "").strip()
    first, _, rest = free.partition("\n")
    return first.strip() if free and free.upper() != "UNKNOWN" and not rest.strip() else None
