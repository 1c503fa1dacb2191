"""The whole way: a lock and its files in, a tree out."""

import errno
import json
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.index_server import IndexServer, Misbehaviour
from fakes.locked_app import LockedApp, tree_of
from fakes.odd_wheels import EXECUTABLE, Member, make_odd_wheel
from fakes.wheels import make_wheel
from flet_lock.install.tree.tree_digest import NOTE
from flet_lock.model.errors.index import IndexRefused
from flet_lock.model.errors.install import FileGone, FilesNotCached, SlicesNotLocked, TargetOccupied
from flet_lock.model.errors.lock import LockMissing
from flet_lock.model.event import BytesReceived, Event, FileFetched, InstallStarted, TreeReplaced
from flet_lock.model.target import Platform
from flet_lock.workflows.installing.install import install


def test_each_slice_gets_its_own_wheels_and_the_pure_ones(app: LockedApp) -> None:
    app.binary("beta")
    app.pure("alpha", files={"alpha/__init__.py": b"", "alpha/deep/er/x.txt": b"x"})
    app.pure("some", slices=["x86_64"])
    outcome = app.install()
    assert [one.slice_name for one in outcome.unpacked] == list(app.slices)
    assert outcome.packages == 3
    assert outcome.target == "build/site-packages"
    for name in app.slices:
        tree = tree_of(app.target / name)
        assert tree["beta/_native.so"] == f"ELF {name}".encode()
        assert tree["alpha/deep/er/x.txt"] == b"x"
        assert ("some/__init__.py" in tree) == (name == "x86_64")
        counted = next(one for one in outcome.unpacked if one.slice_name == name)
        assert counted.files == len(tree)
        assert counted.bytes == sum(map(len, tree.values()))
        assert counted.packages == (3 if name == "x86_64" else 2)


def test_ios_slices_have_the_folder_names_of_the_build(tmp_path: Path) -> None:
    app = LockedApp(root=tmp_path, platform=Platform.IOS)
    app.binary("beta")
    app.install()
    native = app.target / "iphonesimulator.x86_64" / "beta" / "_native.so"
    assert native.read_bytes() == b"ELF iphonesimulator.x86_64"


def test_scripts_headers_and_bytecode_are_left_out_and_data_is_merged(app: LockedApp) -> None:
    data = "alpha-1.0.data"
    app.pure(
        "alpha",
        files={
            "alpha/__init__.py": b"",
            "alpha/__pycache__/__init__.cpython-313.pyc": b"bytecode",
            f"{data}/scripts/alpha-run": b"#!python\n",
            f"{data}/headers/alpha.h": b"",
            f"{data}/data/share/alpha.txt": b"shared",
            f"{data}/purelib/alpha_pure.py": b"",
            f"{data}/platlib/alpha_plat.py": b"",
            "alpha-1.0.dist-info/entry_points.txt": b"[console_scripts]\nalpha = alpha:main\n",
            "alpha-1.0.dist-info/INSTALLER": b"somebody\n",
        },
    )
    app.install()
    tree = tree_of(app.target / "x86_64")
    info = "alpha-1.0.dist-info"
    assert set(tree) == {
        "alpha/__init__.py",
        "alpha_plat.py",
        "alpha_pure.py",
        "share/alpha.txt",
        *(f"{info}/{n}" for n in ("INSTALLER", "METADATA", "RECORD", "WHEEL", "entry_points.txt")),
    }
    assert tree[f"{info}/INSTALLER"] == b"flet-lock\n"
    recorded = {line.split(b",")[0].decode() for line in tree[f"{info}/RECORD"].splitlines()}
    assert recorded == set(tree), "RECORD says what is there"


def test_entry_points_that_no_installer_could_read_do_no_harm(app: LockedApp) -> None:
    points = b"[console_scripts]\nalpha = not a reference\n"
    app.pure("alpha", files={"alpha-1.0.dist-info/entry_points.txt": points})
    assert app.install().changed


def test_a_large_member_is_streamed_to_every_slice(app: LockedApp) -> None:
    large = bytes(range(256)) * 40_000  # 10 MB, more than is held in memory at once
    app.pure("alpha", files={"alpha/large.bin": large, "alpha/small.bin": b"s"})
    app.install()
    for name in app.slices:
        assert (app.target / name / "alpha" / "large.bin").read_bytes() == large


def test_packages_may_bring_the_same_large_member(app: LockedApp) -> None:
    large = bytes(range(256)) * 5_000  # more than is written in one piece
    app.pure("alpha", files={"shared/large.bin": large})
    app.pure("beta", files={"shared/large.bin": large})
    (shared,) = {path.path for one in app.install().unpacked for path in one.shared}
    assert shared == "shared/large.bin"
    for name in app.slices:
        assert (app.target / name / shared).read_bytes() == large


@pytest.mark.parametrize("size", [10, 1_280_000])
def test_a_disk_without_hard_links_gets_a_file_for_each_slice(
    app: LockedApp, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), source, None, target)

    monkeypatch.setattr(os, "link", refuse)
    content = bytes(range(256)) * (size // 256 + 1)
    app.pure("alpha", files={"alpha/file.bin": content})
    app.install()
    files = [app.target / name / "alpha" / "file.bin" for name in app.slices]
    assert [path.read_bytes() for path in files] == [content] * 3
    assert len({path.stat().st_ino for path in files}) == 3


def test_an_executable_stays_one(app: LockedApp) -> None:
    member = Member(name="alpha/__init__.py", mode=EXECUTABLE)
    app.pure("alpha", content=make_odd_wheel("alpha", "1.0", [member]))
    app.install()
    info = app.target / "x86_64" / "alpha-1.0.dist-info" / "METADATA"
    assert (app.target / "x86_64" / "alpha" / "__init__.py").stat().st_mode & 0o111
    assert not info.stat().st_mode & 0o111


def test_arch_chooses_slices_and_those_not_asked_for_go(app: LockedApp) -> None:
    app.binary("beta")
    app.install()
    outcome = app.install(arch=["x86_64", "iphoneos.arm64"])
    assert outcome.slices == ("x86_64",), "the other one is of the other platform"
    assert outcome.removed_slices == ("arm64-v8a", "armeabi-v7a")
    assert {path.name for path in app.target.iterdir()} == {"x86_64", NOTE}


def test_slices_of_the_other_platform_alone_are_a_mistake(app: LockedApp) -> None:
    app.pure("alpha")
    with pytest.raises(SlicesNotLocked) as caught:
        app.install(arch=["iphoneos.arm64"])
    assert caught.value.slices == ("iphoneos.arm64",)
    app.environ = {"FLET_LOCK_ARCH": "iphoneos.arm64"}
    assert app.install().slices == app.slices, "a setting may speak of the other platform"


def test_a_slice_that_is_not_locked_is_refused(app: LockedApp) -> None:
    app.pure("alpha")
    lock = app.write()
    lock.write_text(lock.read_text().replace('  "x86_64",\n', "", 1))
    with pytest.raises(SlicesNotLocked) as caught:
        install(
            app.root,
            platform=Platform.ANDROID,
            target=None,
            options={"arch": ["x86_64"], "allow-edited": True},
            environ={},
            listener=lambda _event: None,
        )
    assert caught.value.locked == ("arm64-v8a", "armeabi-v7a")


def test_without_a_lock_there_is_nothing_to_install(app: LockedApp) -> None:
    app.write().unlink()
    with pytest.raises(LockMissing):
        install(
            app.root,
            platform=Platform.ANDROID,
            target=None,
            options={},
            environ={},
            listener=lambda _event: None,
        )


def test_an_empty_lock_gives_empty_slices(app: LockedApp) -> None:
    app.install()
    assert {path.name for path in app.target.iterdir()} == {*app.slices, NOTE}


# ------------------------------------------------------------------- the second run


def test_a_second_run_has_nothing_to_do_and_asks_nobody(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.binary("beta")
        assert app.install().changed
        server.forget()
        events: list[Event] = []
        outcome = app.install(events=events)
        assert not outcome.changed
        assert outcome.slices == app.slices
        assert server.paths() == []
    assert [type(event) for event in events] == [TreeReplaced]


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"# more")


def _edit_in_place(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"X" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        _append,
        _edit_in_place,
        lambda path: path.unlink(),
        lambda path: (path.parent / "stray.py").write_bytes(b""),
        lambda path: (path.parent / "stray").mkdir(),
        lambda path: path.chmod(0o600),
        lambda path: path.rename(path.with_name("other.py")),
        lambda path: (path.unlink(), path.symlink_to("/etc/hosts")),
    ],
    ids=["longer", "same-size-and-time", "gone", "stray", "folder", "mode", "renamed", "link"],
)
def test_a_tree_that_somebody_changed_is_installed_anew(app: LockedApp, change: object) -> None:
    app.pure("alpha", files={"alpha/__init__.py": b"print(1)"})
    app.install()
    wanted = tree_of(app.target)
    assert callable(change)
    change(app.target / "x86_64" / "alpha" / "__init__.py")
    assert app.install().changed
    found = tree_of(app.target)
    del found[NOTE], wanted[NOTE]
    assert found == wanted


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b'{"version": 2}', b'{"version": 1}', b"\xff", b"[" * 100_000]
)
def test_a_note_that_cannot_be_read_is_none(app: LockedApp, note: bytes) -> None:
    app.pure("alpha")
    app.install()
    (app.target / NOTE).write_bytes(note)
    assert app.install().changed


def test_another_lock_is_installed_and_nothing_of_the_old_one_stays(app: LockedApp) -> None:
    app.pure("alpha", "1.0", files={"alpha/old.py": b""})
    app.install()
    app.pure("alpha", "2.0", files={"alpha/new.py": b""})
    outcome = app.install()
    assert outcome.changed
    tree = tree_of(app.target / "x86_64")
    assert "alpha/new.py" in tree
    assert not [path for path in tree if "old" in path or "1.0" in path]


def test_a_file_that_moved_to_another_address_is_no_reason_to_install(app: LockedApp) -> None:
    app.pure("alpha")
    app.install()
    moved = app.root / "moved"
    (app.root / "wheels").rename(moved)
    package = app.packages[0]
    wheel = replace(package.wheels[0], path=f"moved/{package.wheels[0].filename}")
    app.packages = [replace(package, wheels=(wheel,))]
    assert not app.install().changed


def test_refresh_installs_in_any_case(app: LockedApp) -> None:
    app.pure("alpha")
    app.install()
    assert app.install(refresh=True).changed


def test_the_note_says_what_is_there(app: LockedApp) -> None:
    app.pure("alpha")
    app.install()
    note = json.loads((app.target / NOTE).read_text())
    assert note["platform"] == "android"
    assert note["slices"] == list(app.slices)
    assert note["files"] == len(tree_of(app.target)) - 1


# ---------------------------------------------------------------------- the target


def test_a_target_of_the_user_s_is_taken_from_where_the_command_runs(
    app: LockedApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app.pure("alpha")
    outcome = app.install(Path("some/where"))
    assert (tmp_path / "some" / "where" / "x86_64" / "alpha").is_dir()
    assert outcome.target == (tmp_path / "some" / "where").as_posix()


def test_what_pip_left_in_the_slices_is_replaced(app: LockedApp) -> None:
    app.pure("alpha")
    (app.target / "x86_64" / "left").mkdir(parents=True)
    (app.target / ".DS_Store").write_bytes(b"")
    app.install()
    assert not (app.target / "x86_64" / "left").exists()


@pytest.mark.parametrize("entry", ["main.py", "x86_64", "site", ".git"])
def test_a_folder_with_other_things_in_it_is_never_replaced(
    app: LockedApp, tmp_path: Path, entry: str
) -> None:
    app.pure("alpha")
    target = tmp_path / "mine"
    target.mkdir()
    (target / entry).write_text("precious")  # "x86_64" is a file here
    with pytest.raises(TargetOccupied) as caught:
        app.install(target)
    assert caught.value.entries == (entry,)
    assert (target / entry).read_text() == "precious"


def test_a_file_is_no_target(app: LockedApp, tmp_path: Path) -> None:
    app.pure("alpha")
    target = tmp_path / "mine"
    target.write_text("precious")
    with pytest.raises(TargetOccupied):
        app.install(target)
    assert target.read_text() == "precious"


def test_a_link_to_the_target_stays_one(app: LockedApp, tmp_path: Path) -> None:
    app.pure("alpha")
    real = tmp_path / "disk" / "packages"
    real.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(real, target_is_directory=True)
    app.install(link)
    assert link.is_symlink()
    assert (real / "x86_64" / "alpha").is_dir()
    assert not app.install(link).changed


# ------------------------------------------------------------------ network and cache


def test_files_come_by_url_without_asking_for_a_page(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.binary("beta")
        app.pure("alpha")
        events: list[Event] = []
        outcome = app.install(events=events)
        assert len(server.paths()) == 4
        assert all(path.startswith("/files/") for path in server.paths())
    sizes = [file.size or 0 for package in app.packages for file in package.files]
    assert outcome.downloaded == 4
    assert outcome.bytes_received == sum(sizes)
    started = [event for event in events if isinstance(event, InstallStarted)]
    assert [(one.files, one.bytes_expected) for one in started] == [(4, sum(sizes))]


def test_progress_tells_every_byte(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha", content=make_wheel("alpha", "1.0", padding=3_000_000))
        events: list[Event] = []
        outcome = app.install(events=events)
    told = [event.count for event in events if isinstance(event, BytesReceived)]
    fetched = [event for event in events if isinstance(event, FileFetched)]
    assert len(told) > 2
    assert sum(told) <= outcome.bytes_received == fetched[0].bytes_received


def test_offline_from_the_cache_alone(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.binary("beta")
        app.install()
    outcome = app.install(app.root / "elsewhere", offline=True)
    assert outcome.changed
    assert (outcome.downloaded, outcome.from_cache) == (0, 3)


def test_offline_names_every_file_that_is_missing(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.binary("beta")
        app.install(arch=["x86_64"])
        app.pure("alpha")
    before = tree_of(app.target)
    with pytest.raises(FilesNotCached) as caught:
        app.install(offline=True)
    assert len(caught.value.filenames) == 3
    assert tree_of(app.target) == before


def test_without_a_cache_nothing_is_kept(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        app.install(no_cache=True)
        assert not app.cache.exists()


def test_a_cache_that_cannot_be_written_is_done_without(app: LockedApp) -> None:
    app.cache.write_text("not a folder")
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        assert app.install().changed


def test_garbage_in_the_cache_is_fetched_again(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        app.install()
        kept = [path for path in app.cache.rglob("*") if path.is_file() and "wheels" in path.parts]
        assert len(kept) == 1
        good = kept[0].read_bytes()
        kept[0].write_bytes(b"\0" * len(good))
        server.forget()
        assert app.install(refresh=True).downloaded == 1
        assert kept[0].read_bytes() == good


def test_a_file_that_is_gone_is_said_to_be(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        path = server.file_path("alpha", "alpha-1.0-py3-none-any.whl")
        server.misbehave(path, Misbehaviour(status=404))
        with pytest.raises(FileGone) as caught:
            app.install()
        assert caught.value.filename == "alpha-1.0-py3-none-any.whl"
    assert not app.target.exists()


def test_a_path_without_a_file_is_said_to_be(app: LockedApp) -> None:
    app.pure("alpha")
    (app.root / "wheels" / "alpha-1.0-py3-none-any.whl").unlink()
    with pytest.raises(FileGone) as caught:
        app.install()
    assert caught.value.origin == "wheels/alpha-1.0-py3-none-any.whl"


def test_a_server_that_stumbles_is_asked_again(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha", content=make_wheel("alpha", "1.0", padding=1_000_000))
        path = server.file_path("alpha", "alpha-1.0-py3-none-any.whl")
        server.misbehave(path, Misbehaviour(cut_after=600_000), times=1)
        events: list[Event] = []
        outcome = app.install(events=events)
        assert outcome.changed
        assert len(server.paths()) == 2
    told = [event.count for event in events if isinstance(event, BytesReceived)]
    assert min(told) < 0, "what the first attempt brought is taken back"
    assert sum(told) <= outcome.bytes_received


def test_credentials_of_an_index_reach_its_files(app: LockedApp) -> None:
    with IndexServer(credentials=("me", "secret")) as server:
        app.server = server
        app.pure("alpha")
        with pytest.raises(IndexRefused):
            app.install()
        app.environ = {
            "FLET_LOCK_INDEX_HOUSE_USERNAME": "me",
            "FLET_LOCK_INDEX_HOUSE_PASSWORD": "secret",
        }
        assert app.install(index=[f"house={server.url}"]).changed
