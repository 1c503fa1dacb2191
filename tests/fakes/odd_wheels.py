"""Wheels as nobody should make them: with links, hostile names, doubled members, wrong RECORDs."""

import base64
import hashlib
import io
import stat
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fakes.wheels import metadata_text

FILE = stat.S_IFREG | 0o644
EXECUTABLE = stat.S_IFREG | 0o755
LINK = stat.S_IFLNK | 0o777
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of the archive."""

    name: str
    """Written as it is, whatever is in it."""
    content: bytes = b""
    mode: int = FILE
    recorded: str | None = None
    """The line's hash and size in RECORD, `sha256=…,3`; None: the true ones; `""`: no line."""
    encrypted: bool = False
    """Only says so."""


def make_odd_wheel(
    name: str,
    version: str,
    members: Sequence[Member],
    *,
    metadata: bytes | None = None,
    wheel: bytes = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    record: bytes | None = None,
    extra_lines: Sequence[str] = (),
    compression: int = zipfile.ZIP_STORED,
    info: str | None = None,
    leave_out: Sequence[str] = (),
) -> bytes:
    """The bytes of a wheel.

    Args:
        name: As in METADATA.
        version: As in METADATA.
        members: Before the dist-info; in this order.
        metadata: METADATA instead of a right one.
        wheel: WHEEL.
        record: RECORD instead of the one that follows from the members.
        extra_lines: More lines for it.
        compression: Of every member.
        info: Name of the dist-info folder.
        leave_out: Files of the dist-info that are not there: `RECORD`, …
    """
    info = info or f"{name.replace('-', '_')}-{version}.dist-info"
    described = {
        "METADATA": metadata if metadata is not None else metadata_text(name, version),
        "WHEEL": wheel,
    }
    every = [
        *members,
        *(
            Member(name=f"{info}/{file}", content=content)
            for file, content in described.items()
            if file not in leave_out
        ),
    ]
    if record is None:
        lines = [line for member in every if (line := _line(member)) is not None]
        record = "".join(
            f"{line}\n" for line in [*lines, *extra_lines, f"{info}/RECORD,,"]
        ).encode()
    if "RECORD" not in leave_out:
        every.append(Member(name=f"{info}/RECORD", content=record))
    return _zip(every, compression)


def records_of(members: Mapping[str, bytes]) -> list[str]:
    """True lines of RECORD."""
    return [_true_line(name, content) for name, content in members.items()]


def _line(member: Member) -> str | None:
    if member.recorded is None:
        return None if member.name.endswith("/") else _true_line(member.name, member.content)
    return f"{_quoted(member.name)},{member.recorded}" if member.recorded else None


def _true_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{_quoted(name)},sha256={digest},{len(content)}"


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def _zip(members: Sequence[Member], compression: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of doubled names
        for member in members:
            entry = zipfile.ZipInfo("placeholder", _EPOCH)
            entry.filename = member.name  # past what the constructor would make of it
            entry.external_attr = member.mode << 16
            entry.compress_type = compression
            archive.writestr(entry, member.content)
            if member.encrypted:
                entry.flag_bits |= 0x1
    return buffer.getvalue()
