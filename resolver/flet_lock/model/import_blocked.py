"""Imports a library without what it would only try to import.

`import httpx` brings the program `httpx` where click, rich and pygments are installed, as they are
beside flet-cli: 80 modules, as long as all that is needed of it together. `import msgspec` brings
typing_extensions where that is there, for spellings of TypedDict that nobody here uses. Both do
without where the other library cannot be imported.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Inside, a library cannot be imported; unless somebody imported it already."""
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None  # type: ignore[assignment]  # what import itself looks for
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]
