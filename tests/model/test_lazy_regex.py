import re
from pathlib import Path

import pytest

import flet_lock
from flet_lock.model.lazy_regex import lazy_regex


def test_a_lazy_regex_does_what_a_compiled_one_does() -> None:
    late, compiled = lazy_regex(r"(?P<word>[a-z]+)\d", re.IGNORECASE), re.compile("x")
    assert late.pattern == r"(?P<word>[a-z]+)\d"
    found = late.search("-- Ab1")
    assert found is not None
    assert found["word"] == "Ab"
    assert late.sub("_", "a1 b2") == "_ _"
    assert [name for name in dir(compiled) if not hasattr(late, name)] == []
    assert lazy_regex(rb"a+").fullmatch(b"aaa")


def test_every_lazy_regex_of_ours_can_be_compiled() -> None:
    """They show their faults late; this looks early."""
    sources = Path(flet_lock.__file__).parent.rglob("*.py")
    modules = [
        ".".join(path.relative_to(Path(flet_lock.__file__).parents[1]).with_suffix("").parts)
        for path in sources
        if "lazy_regex(" in path.read_text(encoding="utf-8")
    ]
    assert len(modules) > 10
    for module in modules:
        for value in vars(__import__(module, fromlist=["_"])).values():
            if type(value).__name__ == "_LatePattern":
                assert isinstance(re.compile(value._text, value._flags), re.Pattern)


def test_a_wrong_pattern_shows_when_it_is_used() -> None:
    wrong = lazy_regex("(")
    with pytest.raises(re.error):
        wrong.match("x")
