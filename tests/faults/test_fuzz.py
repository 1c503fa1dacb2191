"""A sample of `tools/fuzz.py`: every parser takes an input or refuses it by an error of its own."""

import os
from collections.abc import Callable

import pytest

from faults.parsers import Parser, parsers
from fuzz import fuzz

pytestmark = pytest.mark.skipif(os.name == "nt", reason="alarms are of POSIX")


@pytest.mark.parametrize("parser", parsers(), ids=lambda parser: parser.name)
def test_a_parser_takes_or_refuses(parser: Parser) -> None:
    for seed in parser.seeds:
        parser.read(seed)
    assert fuzz(parser, 150, 20261127) == []


def test_a_parser_that_errs_is_seen() -> None:
    def read(content: bytes) -> object:
        return 1 / (b"(" not in content)

    reader: Callable[[bytes], object] = read
    broken = Parser(name="broken", read=reader, seeds=(b"a(b",), refuses=())
    assert any("ZeroDivisionError" in failure for failure in fuzz(broken, 60, 1))
