"""What is told in one pass is what `installer`'s recipe comes to; everything else is left to it."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.odd_wheels import EXECUTABLE, FILE, Member, make_odd_wheel
from fakes.wheels import make_wheel, metadata_text
from flet_lock.install.wheel.installer_recipe import read_by_recipe
from flet_lock.install.wheel.limits import LIMITS
from flet_lock.install.wheel.plain_wheel import read_plain_contents
from flet_lock.install.wheel.wheel_contents import WheelContents

FILENAME = "alpha-1.0-py3-none-any.whl"
PARTS = st.sampled_from(["alpha", "a", "b.py", "_x", "data+1", "c-d", "1.so", "__init__.py", "z"])
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def plain(content: bytes, filename: str = FILENAME) -> WheelContents | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return read_plain_contents(
            archive,
            package=canonicalize_name("alpha"),
            version=Version("1.0"),
            filename=filename,
            limits=LIMITS,
        )


def by_recipe(content: bytes, filename: str = FILENAME) -> object:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return read_by_recipe(
            archive,
            package=canonicalize_name("alpha"),
            version=Version("1.0"),
            filename=filename,
            limits=LIMITS,
        )


@given(
    paths=st.lists(PATHS, unique=True, max_size=8),
    content=st.binary(max_size=40),
    mode=st.sampled_from([FILE, EXECUTABLE, 0o755, 0]),
    compression=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_both_ways_come_to_the_same_contents(
    paths: Sequence[str], content: bytes, mode: int, compression: int
) -> None:
    members = [Member(name=path, content=content, mode=mode) for path in paths]
    wheel = make_odd_wheel("alpha", "1.0", members, compression=compression)
    found = plain(wheel)
    assert found is not None
    assert found == by_recipe(wheel)
    assert list(found.made) == ["alpha-1.0.dist-info/INSTALLER", "alpha-1.0.dist-info/RECORD"]


@pytest.mark.parametrize(
    "metadata",
    [
        b"Metadata-Version: 2.1\nName: Alpha\nVersion: 1.0\n",
        b"Name:alpha\nVersion:\t1.0.0\nSummary: a\n  Version: 2.0\n\nVersion: 3.0\n",
        b"Name: alpha\nVersion: 1.0\nAuthor: J\xfcrgen\n",
    ],
    ids=["other spelling", "continued and body", "not UTF-8"],
)
def test_metadata_that_both_read_alike(metadata: bytes) -> None:
    wheel = make_odd_wheel("alpha", "1.0", [Member(name="a.py")], metadata=metadata)
    found = plain(wheel)
    assert found is not None
    assert found == by_recipe(wheel)


SPECIAL: dict[str, Callable[[], bytes]] = {
    "bytecode": lambda: _wheel(Member(name="alpha/__pycache__/a.cpython-313.pyc")),
    "data": lambda: _wheel(Member(name="alpha-1.0.data/purelib/a.py")),
    "scripts": lambda: _wheel(Member(name="alpha-1.0.data/scripts/a")),
    "installer": lambda: _wheel(Member(name="alpha-1.0.dist-info/INSTALLER")),
    "signature": lambda: _wheel(Member(name="alpha-1.0.dist-info/RECORD.jws", recorded="")),
    "recorded signature": lambda: _wheel(Member(name="alpha-1.0.dist-info/RECORD.p7s")),
    "comma": lambda: _wheel(Member(name="a,b.py")),
    "quotes": lambda: _wheel(Member(name='"a".py')),
    "blank": lambda: _wheel(Member(name="a b.py")),
    "not ASCII": lambda: _wheel(Member(name="ä.py")),
    "folder": lambda: _wheel(Member(name="alpha/", mode=0o040755)),
    "sha512": lambda: _wheel(Member(name="a.py", recorded="sha512=AAAA,0")),
    "not recorded": lambda: _wheel(Member(name="a.py", recorded="")),
    "no hash": lambda: _wheel(Member(name="a.py", recorded=",")),
    "another size": lambda: _wheel(Member(name="a.py", recorded=f"sha256={'A' * 43},1")),
    "loose end of a hash": lambda: _wheel(Member(name="a.py", recorded=f"sha256={'A' * 42}B,0")),
    "short hash": lambda: _wheel(Member(name="a.py", recorded="sha256=AAAA,0")),
    "not there": lambda: make_odd_wheel(
        "alpha", "1.0", [], extra_lines=[f"gone.py,sha256={'A' * 43},4"]
    ),
    "recorded twice": lambda: make_odd_wheel(
        "alpha", "1.0", [Member(name="a.py")], extra_lines=[f"a.py,sha256={'A' * 43},0"]
    ),
    "no RECORD": lambda: make_odd_wheel("alpha", "1.0", [], leave_out=["RECORD"]),
    "no WHEEL": lambda: make_odd_wheel("alpha", "1.0", [], leave_out=["WHEEL"]),
    "WHEEL of version 2": lambda: make_odd_wheel("alpha", "1.0", [], wheel=b"Wheel-Version: 2.0\n"),
    "two versions of WHEEL": lambda: make_odd_wheel(
        "alpha", "1.0", [], wheel=b"Wheel-Version: 1.0\nWheel-Version: 2.0\n"
    ),
    "another package": lambda: _described(metadata_text("beta", "1.0")),
    "another version": lambda: _described(metadata_text("alpha", "1.1")),
    "no version": lambda: _described(b"Name: alpha\n"),
    "two names": lambda: _described(b"Name: alpha\nName: beta\nVersion: 1.0\n"),
    "continued version": lambda: _described(b"Name: alpha\nVersion: 1.0\n .1\n"),
    "version in the body": lambda: _described(b"Name: alpha\n\nVersion: 1.0\n"),
    "no field": lambda: _described(b"Name: alpha\nVersion: 1.0\nno field\nName: beta\n\n"),
    "carriage returns": lambda: _described(b"Name: alpha\rName: beta\nVersion: 1.0\n"),
    "two dist-infos": lambda: _wheel(Member(name="beta-1.0.dist-info/METADATA")),
    "dist-info of another": lambda: make_odd_wheel("alpha", "1.0", [], info="beta-1.0.dist-info"),
}


def _wheel(member: Member) -> bytes:
    return make_odd_wheel("alpha", "1.0", [member])


def _described(metadata: bytes) -> bytes:
    return make_odd_wheel("alpha", "1.0", [], metadata=metadata)


@pytest.mark.parametrize("name", SPECIAL)
def test_what_is_not_plain_is_left_to_the_recipe(name: str) -> None:
    assert plain(SPECIAL[name]()) is None


@pytest.mark.parametrize("filename", ["alpha.whl", "alpha-1.0.whl", "beta-1.0-py3-none-any.whl"])
def test_a_file_of_another_name_is_left_to_the_recipe(filename: str) -> None:
    assert plain(make_wheel("alpha", "1.0"), filename) is None
