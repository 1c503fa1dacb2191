"""Imports httpx without its command line, which nobody here calls.

`import httpx` also imports the program `httpx` where click, rich and pygments are installed, as
they are beside flet-cli: 80 modules, as long as all that is needed of it together. It does without
where click cannot be imported.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_httpx_command_line() -> Iterator[None]:
    """While httpx is imported, click is not to be had; unless somebody imported it already."""
    absent = "click" not in sys.modules
    if absent:
        sys.modules["click"] = None  # type: ignore[assignment]  # what import itself looks for
    try:
        yield
    finally:
        if absent:
            del sys.modules["click"]
