"""Sdists: static metadata is believed, the rest is built in isolation; the wheel must be pure."""

import contextlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version

from fakes.backend import backend_files
from fakes.index_server import IndexServer
from fakes.repositories import Opener, package
from fakes.wheels import make_sdist, make_tar_gz, make_zip
from flet_lock.index.repository import Repository
from flet_lock.index.sources.unpack_source import UnpackError, unpack_source
from flet_lock.model.answer.rejection import MetadataDisagrees, SourceBuildFailed, SourceNotPure
from flet_lock.model.errors.index import IntegrityError, OfflineMiss
from flet_lock.model.event import SourceBuildStarted
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.metadata import CoreMetadata

DEMO = package("demo")
OLD = "2.1"
"""A Metadata-Version that says nothing about what is static."""


def add(server: IndexServer, content: bytes, *, filename: str = "demo-1.0.tar.gz") -> None:
    server.add("demo", "1.0", content, filename=filename)


def the_sdist(repository: Repository) -> Artifact:
    return repository.listing(DEMO).artifacts(Version("1.0"))[0]


def requirements(repository: Repository) -> list[str]:
    metadata = repository.metadata(the_sdist(repository))
    assert isinstance(metadata, CoreMetadata), metadata
    return [str(requirement) for requirement in metadata.requires_dist]


def builds(opener: Opener) -> int:
    return sum(isinstance(event, SourceBuildStarted) for event in opener.events)


def test_static_metadata_is_read_without_a_build(
    server: IndexServer, open_repository: Opener
) -> None:
    add(server, make_sdist("demo", "1.0", requires=["a>=1"], files={"setup.py": b"1/0"}))
    assert requirements(open_repository(server.url)) == ["a>=1"]
    assert builds(open_repository) == 0


@pytest.mark.parametrize(
    ("metadata_version", "headers"),
    [(OLD, []), ("2.2", ["Dynamic: Requires-Dist"]), ("2.4", ["Dynamic: requires-python"])],
)
def test_other_metadata_is_asked_of_the_backend(
    server: IndexServer, open_repository: Opener, metadata_version: str, headers: list[str]
) -> None:
    files = backend_files(requires=["built>=1"])
    sdist = make_sdist(
        "demo",
        "1.0",
        requires=["stale"],
        metadata_version=metadata_version,
        headers=headers,
        files=files,
    )
    add(server, sdist)
    assert requirements(open_repository(server.url)) == ["built>=1"]
    assert builds(open_repository) == 1
    # Known by the sdist's hash from now on.
    assert requirements(open_repository(server.url)) == ["built>=1"]
    assert builds(open_repository) == 1


def test_dynamic_fields_that_do_not_decide_need_no_build(
    server: IndexServer, open_repository: Opener
) -> None:
    add(server, make_sdist("demo", "1.0", requires=["a"], headers=["Dynamic: Description"]))
    assert requirements(open_repository(server.url)) == ["a"]


def test_a_failed_build_is_a_rejection_with_the_end_of_its_output(
    server: IndexServer, open_repository: Opener
) -> None:
    prelude = "print('x' * 9000); raise SystemExit('no compiler https://me:secret@host.example')"
    files = backend_files(prelude=prelude)
    add(server, make_sdist("demo", "1.0", metadata_version=OLD, files=files))
    repository = open_repository(server.url)
    verdict = repository.metadata(the_sdist(repository))
    assert isinstance(verdict, SourceBuildFailed)
    assert "no compiler" in verdict.detail
    assert "secret" not in verdict.detail
    assert len(verdict.detail) < 5000
    assert isinstance(repository.impure_source(the_sdist(repository)), SourceBuildFailed)


def test_a_source_that_builds_another_package_disagrees(
    server: IndexServer, open_repository: Opener
) -> None:
    files = backend_files(name="other")
    add(server, make_sdist("demo", "1.0", metadata_version=OLD, files=files))
    repository = open_repository(server.url)
    assert isinstance(repository.metadata(the_sdist(repository)), MetadataDisagrees)


@pytest.mark.parametrize(
    ("tag", "members", "native"),
    [
        ("py3-none-any", ["demo/__init__.py", "demo/notes.so.txt"], None),
        ("py2.py3-none-any", ["demo/__init__.py"], None),
        ("cp313-cp313-linux_x86_64", ["demo/__init__.py"], "demo-1.0-cp313-cp313-linux_x86_64.whl"),
        ("py3-none-any", ["demo/fast.cpython-313-x86_64-linux-gnu.so"], "demo/fast.cpython"),
        ("py3-none-any", ["demo/libz.so.1.2"], "demo/libz.so.1.2"),
        ("py3-none-any", ["demo/libz.DLL"], "demo/libz.DLL"),
    ],
)
def test_the_built_wheel_must_be_pure(
    server: IndexServer, open_repository: Opener, tag: str, members: list[str], native: str | None
) -> None:
    add(server, make_sdist("demo", "1.0", files=backend_files(tag=tag, members=members)))
    for _ in range(2):  # built, then out of the cache
        repository = open_repository(server.url)
        verdict = repository.impure_source(the_sdist(repository))
        if native is None:
            assert verdict is None
        else:
            assert isinstance(verdict, SourceNotPure)
            assert native in verdict.built
    assert builds(open_repository) == 1


def test_wheels_are_never_built(server: IndexServer, open_repository: Opener) -> None:
    server.add("demo", "1.0", b"")
    repository = open_repository(server.url)
    assert repository.impure_source(the_sdist(repository)) is None


def test_an_sdist_with_another_hash_is_not_unpacked(
    server: IndexServer, open_repository: Opener
) -> None:
    content = make_sdist("demo", "1.0")
    server.add("demo", "1.0", content, filename="demo-1.0.tar.gz", sha256="0" * 64)
    repository = open_repository(server.url)
    with pytest.raises(IntegrityError):
        repository.metadata(the_sdist(repository))


def test_offline_builds_only_what_needs_nothing(
    server: IndexServer, open_repository: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    free = make_sdist("demo", "1.0", metadata_version=OLD, files=backend_files(requires=["a"]))
    (folder / "demo-1.0.tar.gz").write_bytes(free)
    needy_files = backend_files(build_requires=["setuptools"])
    needy = make_sdist("demo", "2.0", metadata_version=OLD, files=needy_files)
    (folder / "demo-2.0.tar.gz").write_bytes(needy)
    repository = open_repository(str(folder), offline=True)
    assert requirements(repository) == ["a"]
    with pytest.raises(OfflineMiss):
        repository.metadata(repository.listing(DEMO).artifacts(Version("2.0"))[0])
    assert server.paths() == []


def test_a_damaged_archive_is_a_rejection(server: IndexServer, open_repository: Opener) -> None:
    add(server, make_sdist("demo", "1.0")[:-30])
    repository = open_repository(server.url)
    assert isinstance(repository.metadata(the_sdist(repository)), SourceBuildFailed)


@pytest.mark.parametrize("member", ["../outside", "/outside", "demo-1.0/../../outside"])
def test_tar_members_cannot_leave_the_folder(tmp_path: Path, member: str) -> None:
    archive = tmp_path / "demo-1.0.tar.gz"
    archive.write_bytes(make_tar_gz({member: b"x"}))
    with contextlib.suppress(UnpackError):  # refused, or put inside: both are safe
        unpack_source(archive, archive.name, tmp_path / "inner" / "folder")
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "inner" / "outside").exists()
    assert not Path("/outside").exists()


def test_tar_links_cannot_lead_outside(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        link = tarfile.TarInfo("demo-1.0/link")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../etc/passwd"
        tar.addfile(link)
    archive = tmp_path / "demo-1.0.tar.gz"
    archive.write_bytes(buffer.getvalue())
    with pytest.raises(UnpackError):
        unpack_source(archive, archive.name, tmp_path / "folder")


def test_zip_members_cannot_leave_the_folder(tmp_path: Path) -> None:
    archive = tmp_path / "demo-1.0.zip"
    archive.write_bytes(make_zip({"../outside": b"x"}))
    unpack_source(archive, archive.name, tmp_path / "inner" / "folder")
    assert not (tmp_path / "inner" / "outside").exists()


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_zip_sdists_are_read(
    server: IndexServer, open_repository: Opener, compression: int
) -> None:
    pkg_info = b"Metadata-Version: 2.2\nName: demo\nVersion: 1.0\nRequires-Dist: a\n"
    content = make_zip({"demo-1.0/PKG-INFO": pkg_info}, compression=compression)
    add(server, content, filename="demo-1.0.zip")
    assert requirements(open_repository(server.url)) == ["a"]
