"""Reads the metadata of an installed tree ("Recording installed projects"), as a hint only."""

import base64
import re
from pathlib import Path
from typing import Final

from installer.records import parse_record_file
from packaging.utils import NormalizedName, canonicalize_name

_DIST_INFO: Final = re.compile(r"[^/]+\.dist-info")


def is_dist_info(name: str) -> bool:
    """Whether a folder is one."""
    return _DIST_INFO.fullmatch(name) is not None


def identify(dist_info: str) -> tuple[NormalizedName | None, str]:
    """Name and version that such a folder's name says; no name where it says none."""
    name, dash, version = dist_info.removesuffix(".dist-info").partition("-")
    return (canonicalize_name(name), version) if dash else (None, "")


def read_record(path: Path) -> dict[str, str]:
    """Path, with `/`, to `sha256=…` of every line of a RECORD; `""` where it has no hash.

    Raises:
        ValueError: it cannot be read, or is not a RECORD.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return {
            record[0].replace("\\", "/"): record[1]
            for record in parse_record_file(text.splitlines())
        }
    except Exception as error:  # `installer` raises whatever a strange text makes it raise
        raise ValueError(type(error).__name__) from error


def record_hash(sha256: bytes) -> str:
    """A digest as RECORD has it (PEP 376: urlsafe base64 without padding)."""
    return f"sha256={base64.urlsafe_b64encode(sha256).rstrip(b'=').decode()}"
