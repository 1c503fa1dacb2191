"""Whatever is altered, by whom and where ever: it is found, named, and nothing is changed."""

import base64
import contextlib
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.index_server import IndexServer
from fakes.locked_app import LockedApp, tree_of
from fakes.odd_wheels import LINK, Member, make_odd_wheel
from fakes.wheels import make_wheel, metadata_text
from flet_lock.install.wheel.limits import LIMITS, Limits
from flet_lock.install.wheel.read_wheel import read_contents
from flet_lock.model.answer.wheel_fault import ClashKind, WheelFaultKind
from flet_lock.model.errors.install import FileAltered, PathsClash, WheelRefused

GOOD = make_wheel("alpha", "1.0", files={"alpha/__init__.py": b"good"})


@pytest.fixture
def installed(app: LockedApp) -> LockedApp:
    """An app with something installed, which has to stay as it is."""
    app.pure("before")
    app.install()
    return app


def assert_as_before(app: LockedApp) -> None:
    tree = tree_of(app.target / "x86_64")
    assert {path.split("/")[0].split("-")[0] for path in tree} == {"before"}
    beside = {path.name for path in app.target.parent.iterdir()}
    assert beside == {"site-packages"}, "nothing is left beside it"


# -------------------------------------------------------- the file and what the lock says


@pytest.mark.parametrize("by_url", [True, False], ids=["url", "path"])
@pytest.mark.parametrize("served", [GOOD[:-1] + b"!", GOOD[:-10], GOOD + b"x", b""])
def test_other_bytes(installed: LockedApp, served: bytes, by_url: bool) -> None:
    with IndexServer() as server:
        installed.server = server if by_url else None
        filename = "alpha-1.0-py3-none-any.whl"
        true = installed.serve("alpha", filename, GOOD)
        if by_url:
            url = server.root_url + server.file_path("other", filename)
            server.add("other", "", served, filename=filename, metadata=b"")
            true = replace(true, url=url)
        else:
            (installed.root / "wheels" / filename).write_bytes(served)
        installed.add("alpha", "1.0", dict.fromkeys(installed.slices, true))
        with pytest.raises(FileAltered) as caught:
            installed.install()
    error = caught.value
    assert (error.package, error.filename) == ("alpha", filename)
    assert error.algorithm == ("sha256" if len(served) == len(GOOD) else "size")
    assert_as_before(installed)
    kept = [path for path in installed.cache.rglob("*") if path.is_file()]
    assert not [path for path in kept if "wheels" in path.parts], "nothing wrong is kept"


def test_a_body_without_end_is_cut_off_where_the_locked_size_ends(installed: LockedApp) -> None:
    with IndexServer() as server:
        installed.server = server
        true = installed.serve("alpha", "alpha-1.0-py3-none-any.whl", b"x" * 50_000_000)
        installed.add(
            "alpha", "1.0", dict.fromkeys(installed.slices, replace(true, size=len(GOOD)))
        )
        with pytest.raises(FileAltered) as caught:
            installed.install()
    assert caught.value.algorithm == "size"
    assert int(caught.value.found.split()[0]) < 5_000_000


def test_another_hash_in_the_lock(installed: LockedApp) -> None:
    installed.pure("alpha", content=GOOD, hashes={"sha256": "0" * 64})
    with pytest.raises(FileAltered) as caught:
        installed.install()
    assert caught.value.expected == "0" * 64
    assert_as_before(installed)


def test_every_hash_of_the_lock_has_to_hold(installed: LockedApp) -> None:
    package = installed.pure("alpha", content=GOOD)
    right = package.wheels[0].hashes["sha256"]
    installed.pure("alpha", content=GOOD, hashes={"sha256": right, "sha512": "0" * 128})
    with pytest.raises(FileAltered) as caught:
        installed.install()
    assert caught.value.algorithm == "sha512"


def test_another_size_in_the_lock(installed: LockedApp) -> None:
    installed.pure("alpha", content=GOOD, size=len(GOOD) + 1)
    with pytest.raises(FileAltered) as caught:
        installed.install()
    assert caught.value.algorithm == "size"
    assert_as_before(installed)


def test_a_lock_without_a_size_or_with_another_algorithm_is_enough(app: LockedApp) -> None:
    app.pure("alpha", content=GOOD, size=None, hashes={"sha512": hashlib.sha512(GOOD).hexdigest()})
    assert app.install().changed


# ------------------------------------------------------------------ what is in the wheel

Wheel = Callable[[], bytes]
FAULTS: dict[str, tuple[Wheel, WheelFaultKind]] = {
    "metadata-name": (
        lambda: make_odd_wheel("alpha", "1.0", [], metadata=metadata_text("evil", "1.0")),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "metadata-version": (
        lambda: make_odd_wheel("alpha", "1.0", [], metadata=metadata_text("alpha", "1.1")),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "metadata-two-names": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [], metadata=b"Name: alpha\nName: evil\nVersion: 1.0\n"
        ),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "metadata-no-version": (
        lambda: make_odd_wheel("alpha", "1.0", [], metadata=b"Name: alpha\n"),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "no-metadata": (
        lambda: make_odd_wheel("alpha", "1.0", [], leave_out=["METADATA"]),
        WheelFaultKind.UNREADABLE,
    ),
    "no-wheel-file": (
        lambda: make_odd_wheel("alpha", "1.0", [], leave_out=["WHEEL"]),
        WheelFaultKind.UNREADABLE,
    ),
    "wheel-of-version-2": (
        lambda: make_odd_wheel("alpha", "1.0", [], wheel=b"Wheel-Version: 2.0\n"),
        WheelFaultKind.UNREADABLE,
    ),
    "dist-info-of-another": (
        lambda: make_odd_wheel("alpha", "1.0", [], info="evil-1.0.dist-info"),
        WheelFaultKind.UNREADABLE,
    ),
    "two-dist-infos": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="evil-1.0.dist-info/METADATA")]),
        WheelFaultKind.UNREADABLE,
    ),
    "dist-info-through-data": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [Member(name="alpha-1.0.data/purelib/evil-1.0.dist-info/METADATA")]
        ),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "own-dist-info-through-data": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [Member(name="alpha-1.0.data/purelib/alpha-1.0.dist-info/new")]
        ),
        WheelFaultKind.OTHER_PACKAGE,
    ),
    "data-of-no-scheme": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="alpha-1.0.data/root/etc/passwd")]),
        WheelFaultKind.UNREADABLE,
    ),
    "data-without-a-scheme": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="alpha-1.0.data/purelib")]),
        WheelFaultKind.UNREADABLE,
    ),
    "data-that-is-a-file": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="alpha-1.0.data")]),
        WheelFaultKind.UNREADABLE,
    ),
    "no-record": (
        lambda: make_odd_wheel("alpha", "1.0", [], leave_out=["RECORD"]),
        WheelFaultKind.RECORD,
    ),
    "record-of-another-hash": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [Member(name="a.py", content=b"evil", recorded=f"sha256={'A' * 43},4")]
        ),
        WheelFaultKind.RECORD,
    ),
    "record-of-another-hash-of-a-large-member": (
        lambda: make_odd_wheel(
            "alpha",
            "1.0",
            [Member(name="a", content=b"e" * 9_000_000, recorded=f"sha256={'A' * 43},9000000")],
        ),
        WheelFaultKind.RECORD,
    ),
    "record-of-another-size": (
        lambda: make_odd_wheel(
            "alpha",
            "1.0",
            [
                Member(
                    name="a.py",
                    content=b"",
                    recorded="sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,1",
                )
            ],
        ),
        WheelFaultKind.RECORD,
    ),
    "member-that-record-does-not-know": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", recorded="")]),
        WheelFaultKind.RECORD,
    ),
    "member-without-a-hash": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", recorded=",")]),
        WheelFaultKind.RECORD,
    ),
    "record-of-a-member-that-is-not-there": (
        lambda: make_odd_wheel("alpha", "1.0", [], extra_lines=[f"gone.py,sha256={'A' * 43},4"]),
        WheelFaultKind.RECORD,
    ),
    "record-that-is-no-csv": (
        lambda: make_odd_wheel("alpha", "1.0", [], record=b"one column\n"),
        WheelFaultKind.RECORD,
    ),
    "record-with-a-short-hash": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", recorded="sha256=AAAA,0")]),
        WheelFaultKind.UNREADABLE,
    ),
    "record-with-an-unknown-hash": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", recorded="crc=AAAA,0")]),
        WheelFaultKind.RECORD,
    ),
    "record-with-another-sha512": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", recorded="sha512=AAAA,0")]),
        WheelFaultKind.UNREADABLE,
    ),
    "parent": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="../evil.py")]),
        WheelFaultKind.OUTSIDE,
    ),
    "parent-through-data": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="alpha-1.0.data/data/../../evil")]),
        WheelFaultKind.OUTSIDE,
    ),
    "absolute": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="/etc/evil")]),
        WheelFaultKind.OUTSIDE,
    ),
    "drive": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="C:/evil")]),
        WheelFaultKind.OUTSIDE,
    ),
    "backslashes": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="..\\evil.py")]),
        WheelFaultKind.OUTSIDE,
    ),
    "network-share": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="\\\\host\\evil.py")]),
        WheelFaultKind.OUTSIDE,
    ),
    "zero-byte": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py\0.txt")]),
        WheelFaultKind.BAD_NAME,
    ),
    "symbolic-link": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a", content=b"/etc", mode=LINK)]),
        WheelFaultKind.NOT_A_FILE,
    ),
    "device": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a", mode=0o020666)]),
        WheelFaultKind.NOT_A_FILE,
    ),
    "pipe": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a", mode=0o010666)]),
        WheelFaultKind.NOT_A_FILE,
    ),
    "twice": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [Member(name="a.py"), Member(name="a.py", content=b"evil")]
        ),
        WheelFaultKind.TWICE,
    ),
    "twice-through-data": (
        lambda: make_odd_wheel(
            "alpha", "1.0", [Member(name="a.py"), Member(name="alpha-1.0.data/purelib/a.py")]
        ),
        WheelFaultKind.TWICE,
    ),
    "encrypted": (
        lambda: make_odd_wheel("alpha", "1.0", [Member(name="a.py", encrypted=True)]),
        WheelFaultKind.UNREADABLE,
    ),
    "not-a-zip-file": (lambda: b"PK" + b"\0" * 100, WheelFaultKind.UNREADABLE),
    "bomb": (
        lambda: make_odd_wheel(
            "alpha",
            "1.0",
            [Member(name="a.bin", content=b"\0" * 70_000_000)],
            compression=zipfile.ZIP_DEFLATED,
        ),
        WheelFaultKind.BOMB,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wheel_that_must_not_be_unpacked(installed: LockedApp, name: str) -> None:
    make, kind = FAULTS[name]
    installed.pure("alpha", content=make())
    with pytest.raises(WheelRefused) as caught:
        installed.install()
    assert caught.value.package == "alpha"
    assert kind in {fault.kind for fault in caught.value.faults}, caught.value.faults
    assert_as_before(installed)


def test_all_faults_of_a_wheel_come_at_once(app: LockedApp) -> None:
    members = [Member(name="../a"), Member(name="b", mode=LINK), Member(name="/c")]
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", members))
    with pytest.raises(WheelRefused) as caught:
        app.install()
    assert [(fault.kind, fault.path) for fault in caught.value.faults] == [
        (WheelFaultKind.OUTSIDE, "../a"),
        (WheelFaultKind.NOT_A_FILE, "b"),
        (WheelFaultKind.OUTSIDE, "/c"),
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_bytes_that_were_damaged_inside_the_archive(app: LockedApp, compression: int) -> None:
    text = b"0123456789" * 50
    member = Member(name="a.py", content=text)
    data = bytearray(make_odd_wheel("alpha", "1.0", [member], compression=compression))
    data[50] ^= 0xFF  # behind the 30 bytes and the name of the first member's header
    app.pure("alpha", content=bytes(data))
    with pytest.raises(WheelRefused) as caught:
        app.install()
    (fault,) = caught.value.faults
    assert fault.path == "a.py"
    assert fault.kind in (WheelFaultKind.UNREADABLE, WheelFaultKind.RECORD)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.__setitem__(slice(0, 2), b"XX"),
        lambda data: data.__setitem__(slice(26, 28), b"\xff\xff"),
        lambda data: data.__setitem__(slice(28, 30), b"\x01\x00"),
    ],
    ids=["signature", "name", "extra"],
)
def test_a_member_s_own_header_that_is_damaged(
    app: LockedApp, damage: Callable[[bytearray], None]
) -> None:
    data = bytearray(make_wheel("alpha", "1.0", files={"a.py": b"0123456789"}))
    damage(data)
    app.pure("alpha", content=bytes(data))
    with pytest.raises(WheelRefused) as caught:
        app.install()
    assert [fault.path for fault in caught.value.faults] == ["a.py"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_not_every_installer_knows(app: LockedApp, compression: int) -> None:
    member = Member(name="a.py", content=b"text" * 100)
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", [member], compression=compression))
    with pytest.raises(WheelRefused) as caught:
        app.install()
    assert f"method {compression}" in caught.value.faults[0].detail


@pytest.mark.parametrize(
    ("limits", "detail"),
    [
        (replace(LIMITS, members=4), "5 members"),
        (replace(LIMITS, unpacked_bytes=1000), "bytes"),
        (replace(LIMITS, ratio=3, ratio_from_bytes=5000), "become"),
    ],
    ids=["members", "bytes", "ratio"],
)
def test_each_limit_is_held_to(limits: Limits, detail: str) -> None:
    members = [Member(name="a.bin", content=b"\0" * 9000), Member(name="b.py")]
    content = make_odd_wheel("alpha", "1.0", members, compression=zipfile.ZIP_DEFLATED)
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        pytest.raises(WheelRefused) as caught,
    ):
        read_contents(
            archive,
            package=canonicalize_name("alpha"),
            version=Version("1.0"),
            filename="alpha-1.0-py3-none-any.whl",
            limits=limits,
            windows=False,
        )
    (fault,) = caught.value.faults
    assert fault.kind is WheelFaultKind.BOMB
    assert detail in fault.detail


def test_a_small_wheel_may_hold_what_compresses_well(app: LockedApp) -> None:
    member = Member(name="a.bin", content=b"\0" * 10_000_000)
    compressed = make_odd_wheel("alpha", "1.0", [member], compression=zipfile.ZIP_DEFLATED)
    assert len(compressed) < 20_000
    app.pure("alpha", content=compressed)
    assert app.install().changed


@pytest.mark.parametrize(
    "content",
    [
        make_odd_wheel("Alpha_Beta", "1.0.0", [], info="alpha_beta-1.0.dist-info"),
        make_odd_wheel("alpha.beta", "v1", [], info="alpha.beta-1.dist-info"),
    ],
)
def test_names_and_versions_may_be_spelled_otherwise(app: LockedApp, content: bytes) -> None:
    file = app.serve("alpha-beta", "alpha_beta-1.0-py3-none-any.whl", content)
    app.add("alpha-beta", "1.0", dict.fromkeys(app.slices, file))
    assert app.install().changed


@pytest.mark.parametrize("algorithm", ["sha512", "sha384", "blake2b", "md5"])
def test_record_may_use_other_hashes(app: LockedApp, algorithm: str) -> None:
    digest = base64.urlsafe_b64encode(hashlib.new(algorithm, b"x").digest()).rstrip(b"=").decode()
    member = Member(name="a.py", content=b"x", recorded=f"{algorithm}={digest},1")
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", [member]))
    assert app.install().changed
    record = app.target / "x86_64" / "alpha-1.0.dist-info" / "RECORD"
    assert "a.py,sha256=" in record.read_text()


def test_metadata_in_another_encoding_is_read_as_far_as_it_matters(app: LockedApp) -> None:
    metadata = "Name: alpha\nVersion: 1.0\nAuthor: Jos\xe9\n".encode("latin-1")
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", [], metadata=metadata))
    app.install()
    path = app.target / "x86_64" / "alpha-1.0.dist-info" / "METADATA"
    assert path.read_bytes() == metadata


def test_folders_and_signatures_are_no_faults(app: LockedApp) -> None:
    members = [
        Member(name="alpha/", mode=0o040755),
        Member(name="alpha/with, comma.py"),
        Member(name="alpha-1.0.dist-info/RECORD.jws", content=b"{}", recorded=""),
    ]
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", members))
    app.install()
    tree = tree_of(app.target / "x86_64")
    assert {"alpha/with, comma.py", "alpha-1.0.dist-info/RECORD.jws"} <= set(tree)


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.none() | st.floats(0, 1),
    compression=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_a_wheel_with_any_bytes_changed_is_refused_or_installs(
    edits: list[tuple[float, int]], cut: float | None, compression: int
) -> None:
    """Nothing but a refusal comes out of a wheel that somebody made by hand, and nothing stays."""
    members = [Member(name="alpha/__init__.py", content=b"good" * 20), Member(name="alpha/b.py")]
    data = bytearray(make_odd_wheel("alpha", "1.0", members, compression=compression))
    for where, value in edits:
        data[int(where * (len(data) - 1))] = value
    if cut is not None:
        del data[int(cut * len(data)) :]
    with tempfile.TemporaryDirectory() as folder:
        app = LockedApp(root=Path(folder) / "app")
        app.root.mkdir()
        app.pure("alpha", content=bytes(data))
        with contextlib.suppress(WheelRefused):
            app.install()
        assert app.target.exists() == (app.target / "x86_64" / "alpha-1.0.dist-info").exists()
        assert {path.name for path in Path(folder).iterdir()} == {"app", "cache"}


# ----------------------------------------------------------------- packages and packages


def test_two_packages_that_own_one_path_with_other_bytes(installed: LockedApp) -> None:
    installed.pure("alpha", files={"shared/__init__.py": b"a", "shared/a.py": b""})
    installed.pure("beta", files={"shared/__init__.py": b"b"}, slices=["x86_64"])
    with pytest.raises(PathsClash) as caught:
        installed.install()
    (clash,) = caught.value.clashes
    assert clash.kind is ClashKind.CONTENT
    assert (clash.slice_name, clash.path) == ("x86_64", "shared/__init__.py")
    assert (clash.package, clash.other_package) == ("alpha", "beta")
    assert_as_before(installed)


def test_the_same_bytes_twice_are_allowed_and_told(app: LockedApp) -> None:
    app.pure("alpha", files={"shared/__init__.py": b"same", "shared/a.py": b""})
    app.pure("beta", files={"shared/__init__.py": b"same", "shared/b.py": b""}, slices=["x86_64"])
    outcome = app.install()
    shared = {one.slice_name: one.shared for one in outcome.unpacked}
    assert [(one.path, one.packages) for one in shared["x86_64"]] == [
        ("shared/__init__.py", ("alpha", "beta"))
    ]
    assert shared["arm64-v8a"] == ()
    tree = tree_of(app.target / "x86_64")
    assert {"shared/__init__.py", "shared/a.py", "shared/b.py"} <= set(tree)


def test_a_file_where_another_package_has_a_folder(app: LockedApp) -> None:
    app.pure("alpha", files={"shared/a.py": b""})
    app.pure("beta", files={"shared": b""})
    with pytest.raises(PathsClash) as caught:
        app.install()
    assert {clash.kind for clash in caught.value.clashes} == {ClashKind.FOLDER}
    assert len(caught.value.clashes) == 3, "one for each slice"


def test_a_foreign_dist_info_cannot_be_overwritten(app: LockedApp) -> None:
    app.pure("beta")
    evil = Member(name="beta-1.0.dist-info/METADATA", content=b"evil")
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", [evil]))
    with pytest.raises(WheelRefused):
        app.install()


def test_what_is_refused_was_a_wheel_to_others(app: LockedApp) -> None:
    # The odd wheels above are odd in one thing only: without it they install.
    content = make_odd_wheel("alpha", "1.0", [Member(name="a.py", content=b"fine")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    app.pure("alpha", content=content)
    assert app.install().changed
