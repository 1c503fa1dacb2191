"""Checks whether a `.pyc` is what a locked source compiles to.

The header names the Python that wrote it and the size of its source. Whether the code in it is that
of the source, only the same Python can decide: it compiles the source again, in a process of its
own, since reading forged bytecode can crash an interpreter.
"""

import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from flet_lock.install.comparison.expected_tree import ExpectedTreeFile

HEADER_BYTES: Final = 16
"""PEP 552: magic number, flags, then time stamp and size of the source, or its hash."""
MAGIC_NUMBERS: Final = {(3, 11): 3495, (3, 12): 3531, (3, 13): 3571, (3, 14): 3627}
"""CPython `Include/internal/pycore_magic_number.h` (up to 3.12 in
`importlib/_bootstrap_external.py`), of final releases. A minor that is not here may have any."""
_KNOWN_FLAGS: Final = 0b11
_HASH_BASED: Final = 0b01
_WORKER: Final = Path(__file__).with_name("bytecode_worker.py")


class Compiled(Struct, frozen=True, kw_only=True):
    """A `.pyc` in a tree, and the source it should come from."""

    path: str
    """In the slice's folder."""
    file: Path
    """Where it is, absolute."""
    source: ExpectedTreeFile
    """The locked source."""


def header_fault(
    header: bytes, source: ExpectedTreeFile, python: tuple[int, int]
) -> tuple[str, str]:
    """What the header should say and says; two empty texts where nothing is wrong with it.

    Args:
        header: the first bytes of the file.
        source: the locked source.
        python: the minor that the build bundles. One that is not in `MAGIC_NUMBERS` may have any
            magic number.
    """
    if len(header) < HEADER_BYTES:
        return f"{HEADER_BYTES} bytes of header", f"{len(header)} bytes"
    number, mark, flags, _, size = struct.unpack("<H2sIII", header[:HEADER_BYTES])
    expected = MAGIC_NUMBERS.get(python)
    if mark != b"\r\n" or expected not in (None, number):
        return f"bytecode of Python {python[0]}.{python[1]}", _magic_label(number, mark)
    if flags & ~_KNOWN_FLAGS:
        return "flags of PEP 552", f"{flags:#x}"
    if not flags & _HASH_BASED and size != source.size & 0xFFFFFFFF:
        return f"a source of {source.size} bytes", f"one of {size} bytes"
    return "", ""


def _magic_label(number: int, mark: bytes) -> str:
    for (major, minor), magic in MAGIC_NUMBERS.items():
        if magic == number and mark == b"\r\n":
            return f"that of Python {major}.{minor}"
    return f"magic number {number}"


def find_python(wanted: tuple[int, int], build_folders: Sequence[Path]) -> Path | None:
    """A Python of the app's minor: the build's own, else the one that runs this; None for none.

    Args:
        wanted: the minor.
        build_folders: where serious_python may have unpacked its Python,
            `<app>/build/flutter/build`.
    """
    for folder in build_folders:
        # package_command.dart, `runPython`: `build_python_<full version>/python`.
        found = sorted(folder.glob(f"build_python_{wanted[0]}.{wanted[1]}.*/python"))
        for home in reversed(found):
            for program in (home / "python.exe", home / "bin" / "python3"):
                if program.is_file():
                    return program
    return Path(sys.executable) if sys.version_info[:2] == wanted and sys.executable else None


def compare_code(python: Path, compiled: Sequence[Compiled]) -> dict[str, str]:
    """Compiles the locked sources again; what differs, by the file's path, with what is wrong.

    Args:
        python: an interpreter of the minor that wrote the files.
        compiled: what to compare; headers were looked at already.

    Raises:
        OSError: the interpreter cannot be started.
    """
    faults: dict[str, str] = {}
    waiting = list(compiled)
    while waiting:
        answers = _run_worker(python, waiting)
        for one, answer in zip(waiting, answers, strict=False):
            if answer:
                faults[str(one.file)] = answer
        # A file on which the interpreter died gives no answer; those after it are asked again.
        done = len(answers)
        if done < len(waiting):
            faults[str(waiting[done].file)] = "no bytecode: it stops an interpreter"
        waiting = waiting[done + 1 :]
    return faults


def _run_worker(python: Path, compiled: Sequence[Compiled]) -> list[str]:
    questions = "".join(
        json.dumps([str(one.file), str(one.source.wheel), one.source.member]) + "\n"
        for one in compiled
    )
    done = subprocess.run(  # noqa: S603 - the build's own interpreter, our own script
        [str(python), "-I", "-S", "-X", "utf8", str(_WORKER)],
        input=questions,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=False,
    )
    # A line without an end was cut off when the interpreter died.
    return [str(json.loads(line)) for line in done.stdout.split("\n")[:-1]]
