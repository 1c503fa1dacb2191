import pytest
from hypothesis import given
from hypothesis import strategies as st

from flet_lock.install.comparison.junk import JUNK_GLOBS, Junk

MOBILE = Junk(JUNK_GLOBS)


@pytest.mark.parametrize(
    "path",
    [
        "numpy/core/src/x.c",
        "x.h",
        "numpy/py.typed",
        "numpy/__init__.pyi",
        "bin/flet",
        "numpy/bin/tool",
        "numpy/bin/deep/tool",
        "__pycache__/x.cpython-314.pyc",
        "a/__pycache__/x.cpython-314.pyc",
        "windows/lib.dll",
        "odd.c/inside.py",
    ],
)
def test_what_serious_python_calls_junk_is_junk(path: str) -> None:
    assert path in MOBILE


@pytest.mark.parametrize(
    "path",
    ["numpy/x.py", "x.so", "numpy/x.cc", "cabin/x.py", "bin.py", "x.c.py", "py.typed.txt", "X.C"],
)
def test_what_only_looks_like_junk_is_kept(path: str) -> None:
    assert path not in MOBILE


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("*.md", "README.md", "docs/README.md"),
        ("**.md", "docs/README.md", "docs/README.mdx"),
        ("**/tests", "a/b/tests/x.py", "tests/x.py"),
        ("tests", "tests/x.py", "a/tests/x.py"),
        ("a/?.py", "a/b.py", "a/bc.py"),
        ("a/[bc].py", "a/b.py", "a/d.py"),
        ("a/[!bc].py", "a/d.py", "a/b.py"),
        ("a/[a-c].py", "a/b.py", "a/x.py"),
        ("**.{md,rst}", "x/y.rst", "x/y.txt"),
        ("docs\\*.txt", "docs/a.txt", "docs/b/a.txt"),
        ("a.b", "a.b", "axb"),
        ("a/**/z", "a/b/c/z", "a/z"),
    ],
)
def test_globs_mean_what_they_mean_to_dart(glob: str, inside: str, outside: str) -> None:
    junk = Junk([glob])
    assert inside in junk
    assert outside not in junk


def test_no_globs_delete_nothing() -> None:
    assert "bin/x.c" not in Junk(())


def test_windows_ignores_case() -> None:
    assert "README.MD" in Junk(["*.md"], ignores_case=True)


@pytest.mark.parametrize("glob", ["[abc", "{a,b"])
def test_a_glob_that_does_not_close_matches_nothing(glob: str) -> None:
    assert "a" not in Junk([glob])
    assert "a.md" in Junk([glob, "*.md"])


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_glob_can_be_asked_about_any_path(glob: str, path: str) -> None:
    assert (path in Junk([glob])) in (True, False)


@given(st.text(st.characters(exclude_characters="*?[]{}\\,/"), min_size=1, max_size=20))
def test_a_plain_name_matches_itself(name: str) -> None:
    assert name in Junk([name])
    assert f"{name}/below" in Junk([name])
    assert f"above/{name}" not in Junk([name])
