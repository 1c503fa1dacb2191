"""Names of modules that Python itself brings."""

import pytest
from packaging.utils import canonicalize_name

from flet_lock.model.facts.standard_library import is_standard_module


@pytest.mark.parametrize("name", ["logging", "asyncio", "sys", "tkinter", "concurrent", "tomllib"])
def test_modules_of_every_python_that_flet_has_are_standard(name: str) -> None:
    assert is_standard_module(canonicalize_name(name))


@pytest.mark.parametrize("name", ["distutils", "imp", "cgi", "telnetlib", "flet", "attrs"])
def test_modules_that_were_dropped_are_not_and_packages_are_not(name: str) -> None:
    assert not is_standard_module(canonicalize_name(name))
