"""A lock out of a stranger's pull request: what its values may be, whatever its digest says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from fakes.locks import example_resolution, make_lock
from flet_lock.lockfile.format.lock_digest import digest_body
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.known_sources import KnownSources, known_sources, refuse_unknown_sources
from flet_lock.lockfile.package import LockedFile, LockedTree
from flet_lock.lockfile.read_lock import read_lock, read_trusted
from flet_lock.model.errors.lock import LockEdited, LockUnreadable, UnknownSources
from flet_lock.model.target import Platform

LOCK = make_lock(example_resolution())
TEXT = render_lock(LOCK)
HASH = 'sha256 = "'


def sealed(text: str) -> str:
    """The text with the digest of its own body, as a forger would write it."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("body-digest")]
    place = lines.index("[tool.flet-lock]\n") + 1
    digest = digest_body("".join(lines))
    return "".join([*lines[:place], f'body-digest = "{digest}"\n', *lines[place:]])


def written(folder: Path, text: str) -> Path:
    path = folder / "pylock.android.toml"
    path.write_text(text, encoding="utf-8")
    return path


def replaced(before: str, after: str) -> str:
    assert before in TEXT
    return TEXT.replace(before, after, 1)


def test_a_forged_digest_is_one(tmp_path: Path) -> None:
    assert sealed(TEXT) == TEXT
    path = written(tmp_path, sealed(replaced("numpy", "mumpy")).replace("numpy", "mumpy"))
    with pytest.raises(LockEdited):
        read_trusted(path, allow_edited=False)


@pytest.mark.parametrize(
    "text",
    [
        replaced(HASH, f"{HASH}zz"),
        replaced(HASH, f"{HASH}00"),
        replaced(HASH, f'{HASH}00\\n--extra-index-url https://evil.example", md5 = "'),
        replaced('index = "https://', 'index = "https://user:secret@'),
        replaced('index = "https://', 'index = "https://pypi.org/\\n--index-url https://'),
        replaced('index = "https://', 'index = "ftp://'),
        replaced('index = "https://', 'index = "https://\\u001b[31m'),
        replaced('url = "https://', 'url = "https://user:secret@'),
        replaced('url = "https://files.example', 'url = "https://files.example:99999'),
        replaced('url = "https://files.example', 'url = "https://'),
        replaced('url = "https://files.example', 'url = "javascript://x'),
        replaced('url = "https://', 'url = "https://[::1/'),
        replaced('name = "', 'name = "\\u202e'),
        replaced('\nversion = "', f'\nversion = "{"1" * 5_000}'),
        replaced('\nversion = "', f'\nversion = "{"1" * 100}'),
        replaced('python-release = "3', f'python-release = "{"3" * 5_000}'),
        replaced('minimum-os = "24"', 'minimum-os = "99999999"'),
        replaced("packages = " if "packages = " in TEXT else "[[packages]]", "x = " + "[" * 5_000),
        f"{TEXT}x = {'[' * 100}{']' * 100}\n",
        f"{TEXT}{'a.' * 50_000}b = 1\n",
        f"{TEXT}x = {'9' * 5_000}\n",
    ],
)
def test_a_value_that_no_lock_has_is_refused_however_well_it_is_sealed(
    tmp_path: Path, text: str
) -> None:
    for each in (text, sealed(text)):
        with pytest.raises(LockUnreadable) as caught:
            read_lock(written(tmp_path, each))
        told = f"{caught.value.detail} {caught.value.place}"
        assert "secret" not in told
        assert "\x1b" not in told
        assert len(told) < 500


@pytest.mark.parametrize("digest", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_beyond_the_calendar_is_refused(tmp_path: Path, digest: str) -> None:
    text = TEXT.replace('url = "https://', f'upload-time = {digest}, url = "https://')
    text = text.replace("upload-time = 2", "x = 2")
    with pytest.raises(LockUnreadable):
        read_lock(written(tmp_path, sealed(text)))


def test_an_edited_lock_is_taken_when_somebody_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, f"{TEXT}\n# a remark\n")
    with pytest.raises(LockEdited):
        read_trusted(path, allow_edited=False)
    assert read_trusted(path, allow_edited=True) == LOCK


def _known(root: Path, *locations: str, **changes: tuple[str, ...]) -> KnownSources:
    return known_sources(
        locations,
        root=root,
        file_hosts=changes.get("file_hosts", ()),
        references=changes.get("references", ()),
    )


def test_what_nobody_has_named_is_told_and_what_is_named_is_taken(tmp_path: Path) -> None:
    lock = LOCK
    with pytest.raises(UnknownSources) as caught:
        refuse_unknown_sources(lock, _known(tmp_path), "pylock.android.toml")
    told = caught.value
    assert set(told.indexes) <= set(told.sources)
    assert any("git.example" in one for one in told.sources)
    hosts = _known(
        tmp_path,
        *told.indexes,
        str(tmp_path.parent),
        file_hosts=("https://files.example",),
        references=("git+https://git.example/team/widgets.git@main",),
    )
    refuse_unknown_sources(lock, hosts, "pylock.android.toml")


_FILE = LockedFile(
    package=canonicalize_name("alpha"),
    filename="alpha-1.0-py3-none-any.whl",
    url="https://files.pythonhosted.org/alpha-1.0-py3-none-any.whl",
    path=None,
    hashes={"sha256": "0" * 64},
    size=None,
    upload_time=None,
    index="https://pypi.org/simple",
)


@pytest.mark.parametrize(
    ("place", "known"),
    [
        ("https://files.pythonhosted.org/x", True),
        ("https://FILES.pythonhosted.org:443/x", True),
        ("https://pypi.flet.dev/x", True),
        ("http://files.pythonhosted.org/x", False),
        ("https://files.pythonhosted.org:8443/x", False),
        ("https://files.pythonhosted.org.evil.example/x", False),
        ("https://evil.example/files.pythonhosted.org/x", False),
        ("https://own.example/x", True),
        ("wheels/x.whl", True),
        ("../x.whl", False),
        ("/etc/passwd", False),
        ("wheels/../../x.whl", False),
        ("../house/x.whl", True),
        ("../housed/x.whl", False),
    ],
)
def test_a_place_is_known_by_its_origin_or_its_folder(
    tmp_path: Path, place: str, known: bool
) -> None:
    root = tmp_path / "app"
    root.mkdir()
    sources = _known(root, "https://user:secret@own.example/simple/", "../house")
    remote = "://" in place
    tree = LockedTree(
        name="x",
        vcs=None,
        url=None,
        path=place,
        commit=None,
        requested_revision=None,
        subdirectory=None,
    )
    file = replace(_FILE, url=place) if remote else tree
    assert sources.knows(file) is known


def test_a_link_out_of_the_project_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "app"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "wheels").symlink_to(tmp_path / "elsewhere")
    file = replace(_FILE, url=None, path="wheels/x.whl")
    assert not _known(root).knows(file)


def test_a_folder_that_is_a_link_itself_stays_known(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    file = replace(_FILE, url=None, path="x.whl")
    assert _known(tmp_path / "link").knows(file)


@pytest.mark.parametrize("kind", ["fifo", "folder", "large"])
def test_what_is_no_file_of_bounded_size_is_no_lock(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os  # noqa: PLC0415 - one use

    path = tmp_path / "pylock.android.toml"
    makers: dict[str, Callable[[], object]] = {
        "fifo": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "large": lambda: path.write_bytes(b"#" * 2_000),
    }
    makers[kind]()
    monkeypatch.setattr("flet_lock.lockfile.read_lock.LOCK_BYTES", 1_000)
    with pytest.raises(LockUnreadable) as caught:
        read_lock(path)
    assert caught.value.detail
    assert Platform.ANDROID.value in caught.value.path
