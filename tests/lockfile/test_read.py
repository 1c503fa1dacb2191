import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.locks import example_resolution, make_lock
from flet_lock.lockfile.find_drift import find_drift
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.read_lock import lock_path, read_head, read_lock
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.target import Platform

LOCK = make_lock(example_resolution())
TEXT = render_lock(LOCK)
READERS = (read_lock, read_head)


def written(folder: Path, text: str) -> Path:
    path = folder / "pylock.android.toml"
    path.write_bytes(text.encode())
    return path


def failure(path: Path) -> LockUnreadable:
    """What both readers say, which is the same."""
    found = []
    for reader in READERS:
        with pytest.raises(LockUnreadable) as caught:
            reader(path)
        found.append(caught.value)
    assert (found[0].detail, found[0].place) == (found[1].detail, found[1].place)
    assert found[0].path == str(path)
    return found[0]


def test_each_platform_has_its_file() -> None:
    assert lock_path(Path("app"), Platform.ANDROID) == Path("app/pylock.android.toml")
    assert lock_path(Path("app"), Platform.IOS) == Path("app/pylock.ios.toml")


def test_both_readers_agree(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    assert read_lock(path) == LOCK
    assert read_head(path) == (LOCK.inputs, True)


@pytest.mark.parametrize("reader", READERS)
def test_a_lock_that_is_not_there_is_missing(tmp_path: Path, reader: type) -> None:
    with pytest.raises(LockMissing) as caught:
        reader(tmp_path / "pylock.ios.toml")
    assert caught.value.path.endswith("pylock.ios.toml")


def test_a_folder_in_its_place_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "pylock.android.toml").mkdir()
    assert failure(tmp_path / "pylock.android.toml").detail


def test_bytes_that_are_not_utf8_have_a_place(tmp_path: Path) -> None:
    path = tmp_path / "pylock.android.toml"
    path.write_bytes(b"# \xff")
    assert failure(path).place == "byte 2"


@given(st.integers(0, len(TEXT) - 1))
def test_a_truncated_lock_is_unreadable_or_damaged_and_never_in_step(
    tmp_path_factory: pytest.TempPathFactory, length: int
) -> None:
    path = written(tmp_path_factory.getbasetemp(), TEXT[:length])
    try:
        drifts = find_drift(path, LOCK.inputs, {})
    except LockUnreadable:
        return
    assert drifts[0].kind == "damaged"


def test_a_merge_conflict_is_called_one_and_has_its_line(tmp_path: Path) -> None:
    conflict = TEXT.replace(
        'version = "2.3.1"\n',
        '<<<<<<< HEAD\nversion = "2.3.1"\n=======\nversion = "2.3.0"\n>>>>>>> topic\n',
    )
    line = conflict.split("\n").index("<<<<<<< HEAD") + 1
    found = failure(written(tmp_path, conflict))
    assert (found.detail, found.place) == ("unresolved merge conflict", f"line {line}")


def test_a_lock_of_another_tool_is_called_that(tmp_path: Path) -> None:
    # The example of PEP 751, section "Example".
    example = Path(__file__).parent / "pep751_example.toml"
    found = failure(written(tmp_path, example.read_text(encoding="utf-8")))
    assert found.place == "tool.flet-lock"
    assert found.detail == "not a lock of flet-lock, but of mousebender"


def test_a_lock_of_a_later_version_is_called_that(tmp_path: Path) -> None:
    found = failure(written(tmp_path, TEXT.replace("\nversion = 1\n", "\nversion = 2\n")))
    assert (found.place, found.detail) == (
        "tool.flet-lock.version",
        "written by a later flet-lock: version 2",
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('minimum-os = "24"', "minimum-os = 24", "tool.flet-lock.inputs.minimum-os"),
        ('minimum-os = "24"', 'minimum-os = "x"', "tool.flet-lock.inputs.minimum-os"),
        ('python = "3.14"', 'python = "3"', "tool.flet-lock.inputs.python"),
        ('python = "3.14"', "", "tool.flet-lock.inputs.python"),
        ('platform = "android"', 'platform = "tizen"', "tool.flet-lock.inputs.platform"),
        ("same-versions = false", "same-versions = 0", "tool.flet-lock.inputs.same-versions"),
        ('  "numpy>=2",', "  2,", "tool.flet-lock.inputs.requirements[1]"),
        ("\nversion = 1\n", "\nversion = true\n", "tool.flet-lock.version"),
    ],
)
def test_a_fault_in_our_own_table_has_its_place(
    tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert old in TEXT
    assert failure(written(tmp_path, TEXT.replace(old, new))).place == place


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('lock-version = "1.0"', 'lock-version = "2.0"', None),
        ('hashes = { sha256 = "55', 'hashes = {}, x = { sha256 = "55', "packages[3].sdist.hashes"),
        ('{ sha256 = "5555', '{ md5 = "5555', "packages[3]"),
        (
            'availability = "binary"',
            'availability = "best"',
            "packages[2].tool.flet-lock.availability",
        ),
        ('folder = "widgets"', "", "packages[6].tool.flet-lock.folder"),
        ('version = "0.1"', 'version = "one"', "packages[6].tool.flet-lock.version"),
        (
            'slices = ["arm64-v8a"]\nav',
            'slices = ["mips"]\nav',
            "packages[5].tool.flet-lock.slices",
        ),
        (
            "[packages.tool.flet-lock.files]\narm64-v8a",
            "[packages.tool.flet-lock.files]\nmips",
            "packages[2].tool.flet-lock.files",
        ),
        ('  { name = "speedups" },', '  { name = "gone" },', None),
        ('  { name = "speedups" },', '  { version = "1" },', "packages[2]"),
    ],
)
def test_a_fault_among_the_packages_has_its_place(
    tmp_path: Path, old: str, new: str, place: str | None
) -> None:
    assert old in TEXT
    path = written(tmp_path, TEXT.replace(old, new, 1))
    with pytest.raises(LockUnreadable) as caught:
        read_lock(path)
    assert caught.value.place == place
    assert caught.value.detail


@pytest.mark.parametrize("name", ["/tmp/out", "../../out", "..", "", "x86-64", "iphoneos.arm64"])
def test_a_slice_that_the_platform_has_not_is_never_a_folder(tmp_path: Path, name: str) -> None:
    # A slice's name is a folder of an install, and a lock may be a stranger's.
    path = written(tmp_path, TEXT.replace('"arm64-v8a"', f'"{name}"').replace(
        "arm64-v8a =", f'"{name}" ='
    ))  # fmt: skip
    assert failure(path).detail


def test_a_package_names_slices_of_its_lock_alone(tmp_path: Path) -> None:
    table = "[packages.tool.flet-lock]\n"
    assert table in TEXT
    path = written(tmp_path, TEXT.replace(table, f'{table}slices = ["../x"]\n', 1))
    with pytest.raises(LockUnreadable):
        read_lock(path)


def test_checking_imports_neither_network_nor_resolver_nor_the_pylock_model() -> None:
    slow = [
        "httpx",
        "rich",
        "networkx",
        "tomlkit",
        "asyncio",
        "email",
        "resolvelib",
        "packaging.pylock",
    ]
    code = (
        "import sys, flet_lock.lockfile.find_drift\n"
        f"found = [name for name in {slow} if name in sys.modules]\n"
        "print(*found, end='')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
