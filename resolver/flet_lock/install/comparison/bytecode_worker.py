"""Run by the build's Python: does each `.pyc` hold what its source compiles to?

Reads lines of JSON, `[pyc, wheel, member]`, and answers each with a line: `""`, or what is wrong.
Stands alone: that Python has nothing installed.
"""

import importlib.util
import json
import marshal
import struct
import sys
import warnings
import zipfile
from functools import lru_cache
from types import CodeType

_HEADER_BYTES = 16
_HASH_BASED = 0b01


@lru_cache(maxsize=3)
def compile_source(source: bytes, level: int) -> CodeType | None:
    """The code object of a source; None if it does not compile. Slices repeat a source in a row."""
    try:
        return compile(source, "<locked>", "exec", dont_inherit=True, optimize=level)
    except (SyntaxError, ValueError):
        return None


def compare(pyc: str, source: bytes) -> str:
    """What is wrong with a file; an empty text for nothing.

    Code objects are compared, not bytes: marshal writes equal objects in several ways. File names
    in them, which are the build machine's paths, do not count.
    """
    with open(pyc, "rb") as stream:  # noqa: PTH123 - runs without this package's conventions
        content = stream.read()
    if content[:4] != importlib.util.MAGIC_NUMBER:
        return "bytecode of another Python"
    flags = struct.unpack("<I", content[4:8])[0]
    if flags & _HASH_BASED and content[8:_HEADER_BYTES] != importlib.util.source_hash(source):
        return "another source"
    try:
        found = marshal.loads(content[_HEADER_BYTES:])  # noqa: S302 - that is the question
    except (EOFError, ValueError, TypeError):
        return "no bytecode"
    if not isinstance(found, CodeType):
        return "no bytecode"
    # The build runs as its user has it: PYTHONOPTIMIZE may be 1 or 2.
    same = any(found == compile_source(source, level) for level in (0, 1, 2))
    return "" if same else "other code"


def main() -> None:
    """Answers until there are no more questions."""
    archives: dict[str, zipfile.ZipFile] = {}
    # Whoever asks sorts by source.
    last: tuple[str, str] = ("", "")
    source = b""
    # Warnings of other people's code (invalid escapes, …) are of no interest here.
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        pyc, wheel, member = json.loads(line)
        if wheel not in archives:
            archives[wheel] = zipfile.ZipFile(wheel)
        if (wheel, member) != last:
            source = archives[wheel].read(member)
            last = (wheel, member)
        try:
            answer = compare(pyc, source)
        except OSError as error:
            answer = str(error)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
