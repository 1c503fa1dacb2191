"""Who owns what: decided on values, without a disk."""

import hashlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.install.tree.layout import SliceLayout, lay_out
from flet_lock.install.wheel.packed_member import PackedMember
from flet_lock.install.wheel.wheel_contents import WheelContents, WheelMember
from flet_lock.model.answer.wheel_fault import ClashKind


def contents(package: str, files: Mapping[str, bytes]) -> WheelContents:
    return WheelContents(
        package=canonicalize_name(package),
        version=Version("1.0"),
        filename=f"{package}-1.0-py3-none-any.whl",
        members=tuple(
            WheelMember(
                path=path,
                name=path,
                size=len(content),
                sha256=hashlib.sha256(content).digest(),
                executable=False,
                packed=PackedMember(0, 0, len(content), 0),
            )
            for path, content in files.items()
        ),
        made={},
    )


def layout_of(*wheels: tuple[str, Mapping[str, bytes]], ignores_case: bool = False) -> SliceLayout:
    return lay_out(
        "x86_64", [contents(name, files) for name, files in wheels], ignores_case=ignores_case
    )


def test_folders_are_named_parents_first() -> None:
    layout = layout_of(("a", {"p/q/r/x": b"", "p/y": b"", "z": b""}), ("b", {"p/q/s/x": b""}))
    assert layout.folders == ("p", "p/q", "p/q/r", "p/q/s")
    assert layout.files == 4


def test_names_that_differ_in_case_clash_only_where_the_disk_folds_them() -> None:
    wheels = (("crypto", {"crypto/x.py": b"1"}), ("pycryptodome", {"Crypto/x.py": b"2"}))
    assert layout_of(*wheels).clashes == ()
    clashes = layout_of(*wheels, ignores_case=True).clashes
    assert {(clash.kind, clash.path, clash.other_path) for clash in clashes} == {
        (ClashKind.CASE, "crypto", "Crypto"),
        (ClashKind.CASE, "crypto/x.py", "Crypto/x.py"),
    }


def test_one_wheel_may_get_in_its_own_way() -> None:
    (clash,) = layout_of(("a", {"x.py": b"", "X.py": b""}), ignores_case=True).clashes
    assert clash.package == clash.other_package == "a"


def test_a_file_and_a_folder_of_one_name_clash() -> None:
    for wheels in (
        [("a", {"x": b""}), ("b", {"x/y": b""})],
        [("a", {"x/y": b""}), ("b", {"x": b""})],
        [("a", {"x": b"", "x/y": b""})],
    ):
        (clash,) = layout_of(*wheels).clashes
        assert clash.kind is ClashKind.FOLDER
        assert clash.path == "x"


def test_three_packages_may_share_a_path_and_the_first_writes_it() -> None:
    same = {"n/__init__.py": b"same"}
    layout = layout_of(("a", same), ("b", same), ("c", same))
    (shared,) = layout.shared
    assert shared.packages == ("a", "b", "c")
    assert layout.files == 1
    assert layout.bytes == 4
    assert layout.not_written == {
        "b": frozenset({"n/__init__.py"}),
        "c": frozenset({"n/__init__.py"}),
    }


_PATHS = st.lists(st.sampled_from("abAB"), min_size=1, max_size=3).map("/".join)
_WHEELS = st.dictionaries(
    st.sampled_from(["one", "three", "two"]),
    st.dictionaries(_PATHS, st.sampled_from([b"", b"x"]), max_size=4),
)


@given(wheels=_WHEELS, ignores_case=st.booleans())
def test_without_a_clash_the_files_can_be_written_on_such_a_disk(
    wheels: dict[str, dict[str, bytes]], ignores_case: bool
) -> None:
    """Played through on a dict that stands for the disk; a clash is told where that fails."""
    layout = layout_of(*sorted(wheels.items()), ignores_case=ignores_case)

    def key(path: str) -> str:
        return path.lower() if ignores_case else path

    disk: dict[str, tuple[str, bytes | None]] = {}
    fits = True
    for files in wheels.values():
        for path, content in files.items():
            parts = path.split("/")
            wanted: list[tuple[str, bytes | None]] = [
                ("/".join(parts[:count]), None) for count in range(1, len(parts))
            ]
            for name, data in [*wanted, (path, content)]:
                fits &= disk.setdefault(key(name), (name, data)) == (name, data)
    assert (layout.clashes == ()) == fits
    if fits:
        assert layout.files == sum(data is not None for _, data in disk.values())
        assert layout.bytes == sum(len(data) for _, data in disk.values() if data is not None)
        assert set(layout.folders) == {name for name, data in disk.values() if data is None}


@pytest.mark.parametrize("order", [["a", "b"], ["b", "a"]])
def test_a_clash_names_both_packages(order: list[str]) -> None:
    contents_of = {"a": {"x": b"1"}, "b": {"x": b"2"}}
    (clash,) = layout_of(*[(name, contents_of[name]) for name in order]).clashes
    assert (clash.package, clash.other_package) == tuple(order)
    assert (clash.kind, clash.path, clash.slice_name) == (ClashKind.CONTENT, "x", "x86_64")
