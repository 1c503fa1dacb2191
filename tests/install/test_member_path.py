"""Names of members, from a fuzzer's hand: what is let through stays in the folder, everywhere."""

import ntpath
import os
import posixpath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flet_lock.install.wheel.member_path import MAX_PART_BYTES, find_path_fault, folded
from flet_lock.model.answer.wheel_fault import WheelFaultKind

_PARTS = st.one_of(
    st.sampled_from(
        ["..", ".", "", "a", "C:", "c:a", "\\", "..\\..", "con", "NUL.txt", "a.", "a ", "~", "a:b"]
    ),
    st.text(max_size=6),
)
NAMES = st.builds("/".join, st.lists(_PARTS, max_size=5)) | st.text(max_size=12)
ROOT = "/app/site-packages"
WINDOWS_ROOT = "C:\\app\\site-packages"


@given(name=NAMES)
@example(name="a/../../b")
@example(name="//host/share")
def test_what_is_let_through_stays_below_the_folder_on_posix(name: str) -> None:
    if find_path_fault(name, windows=False) is None:
        path = posixpath.normpath(posixpath.join(ROOT, name))
        assert path.startswith(f"{ROOT}/")
        assert path == f"{ROOT}/{name.removesuffix('/')}", "and means what it says"


@given(name=NAMES)
@example(name="C:x")
@example(name="a/C:x")
@example(name="\\\\?\\C:\\x")
def test_what_is_let_through_stays_below_the_folder_on_windows(name: str) -> None:
    if find_path_fault(name, windows=True) is None:
        path = ntpath.normpath(ntpath.join(WINDOWS_ROOT, name))
        assert path.startswith(f"{WINDOWS_ROOT}\\")
        assert not ntpath.isabs(name)
        assert ":" not in name, "neither a drive nor a stream of a file"


@given(name=NAMES)
def test_windows_refuses_at_least_what_others_refuse(name: str) -> None:
    if find_path_fault(name, windows=False) is not None:
        assert find_path_fault(name, windows=True) is not None


@given(parts=st.lists(st.text("abcXYZ019_.-+ üß", min_size=1, max_size=8), min_size=1))
def test_ordinary_names_pass(parts: list[str]) -> None:
    name = "/".join(part for part in parts if part.strip(". ")) or "a"
    assert find_path_fault(name, windows=False) is None


@given(name=NAMES)
def test_a_name_that_passes_can_be_given_to_the_system(name: str) -> None:
    if find_path_fault(name, windows=False) is None:
        assert b"\0" not in os.fsencode(name)
        assert max(len(part.encode()) for part in name.split("/")) <= MAX_PART_BYTES


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("/etc/passwd", WheelFaultKind.OUTSIDE),
        ("../a", WheelFaultKind.OUTSIDE),
        ("a/../b", WheelFaultKind.OUTSIDE),
        ("a/..", WheelFaultKind.OUTSIDE),
        ("C:/a", WheelFaultKind.OUTSIDE),
        ("\\a", WheelFaultKind.OUTSIDE),
        ("a\\..\\..\\b", WheelFaultKind.OUTSIDE),
        ("a\\b", WheelFaultKind.BAD_NAME),
        ("a//b", WheelFaultKind.BAD_NAME),
        ("./a", WheelFaultKind.BAD_NAME),
        ("", WheelFaultKind.BAD_NAME),
        ("a\nb", WheelFaultKind.BAD_NAME),
        ("a\x7f", WheelFaultKind.BAD_NAME),
        ("a" * 256, WheelFaultKind.BAD_NAME),
        ("a\ud800", WheelFaultKind.BAD_NAME),
    ],
)
def test_names_that_no_system_gets(name: str, kind: WheelFaultKind) -> None:
    for windows in (False, True):
        fault = find_path_fault(name, windows=windows)
        assert fault is not None
        assert fault[0] is kind


@pytest.mark.parametrize(
    "name",
    ["aux", "a/NUL.tar.gz", "com1", "LPT9.py", "ab:stream", "a?", "what*", "a.", "a ", "b|c"],
)
def test_names_that_only_windows_cannot_have(name: str) -> None:
    assert find_path_fault(name, windows=False) is None
    fault = find_path_fault(name, windows=True)
    assert fault is not None
    assert fault[0] is WheelFaultKind.BAD_NAME


@pytest.mark.parametrize("name", ["console.py", "nullable.py", "com10.py", "auxiliary/con_a", ".a"])
def test_names_that_only_look_like_windows_devices(name: str) -> None:
    assert find_path_fault(name, windows=True) is None


@given(name=st.text(max_size=12))
def test_folding_is_idempotent_and_blind_to_case(name: str) -> None:
    assert folded(folded(name)) == folded(name)
    if name.isascii():
        assert folded(name.upper()) == folded(name.lower())


def test_normal_forms_are_one_name() -> None:
    assert folded("ü") == folded("u\u0308") == folded("Ü")
