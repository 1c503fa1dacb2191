import os
import subprocess
from pathlib import Path

import pytest
from packaging.tags import Tag
from packaging.version import Version

from fakes.backend import backend_files
from fakes.index_server import IndexServer, Misbehaviour
from fakes.repositories import Opener, package
from fakes.wheels import make_sdist, make_wheel, sha256_of
from flet_lock.index.sources.git_checkout import GitError, parse_git_url
from flet_lock.model.answer.rejection import MalformedFilename, MetadataDisagrees
from flet_lock.model.errors.index import (
    DirectReferenceFailure,
    IndexUnreachable,
    IntegrityError,
    OfflineMiss,
)
from flet_lock.model.index.artifact import Sdist, SourceTree, Wheel
from flet_lock.model.index.metadata import CoreMetadata

DEMO = package("demo")
NAME = "demo-1.0-py3-none-any.whl"
CONTENT = make_wheel("demo", "1.0", requires=["a>=1"])


def names(metadata: object) -> list[str]:
    assert isinstance(metadata, CoreMetadata), metadata
    return [str(requirement) for requirement in metadata.requires_dist]


def write_tree(folder: Path, **options: object) -> Path:
    folder.mkdir(parents=True)
    for name, content in backend_files(**options).items():  # type: ignore[arg-type]  # as given
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def wheel_url(server: IndexServer) -> str:
    server.add("demo", "1.0", CONTENT)
    return server.root_url + server.file_path("demo", NAME)


@pytest.mark.parametrize("fragment", ["", f"#sha256={sha256_of(CONTENT)}"])
def test_a_wheel_on_the_web_is_fetched_once_and_hashed(
    server: IndexServer, open_repository: Opener, wheel_url: str, fragment: str
) -> None:
    repository = open_repository()
    wheel = repository.direct_artifact(DEMO, wheel_url + fragment)
    assert isinstance(wheel, Wheel)
    assert wheel.url == wheel_url
    assert (wheel.version, wheel.index, wheel.size) == (Version("1.0"), None, len(CONTENT))
    assert wheel.sha256 == sha256_of(CONTENT)
    assert wheel.tags == {Tag("py3", "none", "any")}
    assert names(repository.metadata(wheel)) == ["a>=1"]
    assert repository.hashed(wheel) is wheel
    assert repository.direct_artifact(DEMO, wheel_url + fragment) is wheel
    assert len(server.paths()) == 1


def test_a_wheel_with_another_hash_than_its_url_says_is_an_integrity_error(
    open_repository: Opener, wheel_url: str
) -> None:
    with pytest.raises(IntegrityError):
        open_repository().direct_artifact(DEMO, f"{wheel_url}#sha256={'0' * 64}")


def test_credentials_of_a_direct_url_are_sent_and_not_kept(
    server: IndexServer, open_repository: Opener, wheel_url: str
) -> None:
    server.credentials = ("me", "secret")
    repository = open_repository()
    url = wheel_url.replace("http://", "http://me:secret@")
    assert repository.direct_artifact(DEMO, url).url == wheel_url


def test_a_file_that_is_not_there_is_no_direct_reference(
    server: IndexServer, open_repository: Opener
) -> None:
    url = f"{server.root_url}/files/demo/{NAME}?token=secret"
    with pytest.raises(DirectReferenceFailure) as caught:
        open_repository().direct_artifact(DEMO, url)
    assert "404" in caught.value.detail
    assert "secret" not in repr(caught.value)


def test_a_server_that_does_not_answer_is_unreachable(
    server: IndexServer, open_repository: Opener, wheel_url: str
) -> None:
    server.misbehave(f"/files/demo/{NAME}", Misbehaviour(status=503))
    with pytest.raises(IndexUnreachable) as caught:
        open_repository().direct_artifact(DEMO, f"{wheel_url}?token=secret")
    assert caught.value.index is None
    assert "secret" not in repr(caught.value) + repr(open_repository.events)


def test_a_wheel_of_another_package_is_not_fetched(
    server: IndexServer, open_repository: Opener, wheel_url: str
) -> None:
    with pytest.raises(DirectReferenceFailure) as caught:
        open_repository().direct_artifact(package("other"), wheel_url)
    assert isinstance(caught.value.rejection, MalformedFilename)
    assert server.paths() == []


@pytest.mark.parametrize("form", ["uri", "absolute", "relative", "file-relative"])
def test_a_local_wheel_is_named_by_path_or_url(
    tmp_path: Path, open_repository: Opener, form: str
) -> None:
    path = tmp_path / "my wheels" / NAME
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    url = {
        "uri": path.as_uri(),
        "absolute": str(path),
        "relative": f"./my wheels/{NAME}",
        "file-relative": f"file:my%20wheels/{NAME}",
    }[form]
    repository = open_repository(offline=True)
    wheel = repository.direct_artifact(DEMO, url)
    assert wheel.url == path.as_uri()
    assert wheel.sha256 == sha256_of(CONTENT)
    assert names(repository.metadata(wheel)) == ["a>=1"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///nowhere/demo-1.0-py3-none-any.whl",
        "hg+https://host.example/demo",
        "ftp://host.example/demo-1.0-py3-none-any.whl",
        "https://host.example/demo",
        "git+https://host.example/demo@--upload-pack=x",
    ],
)
def test_what_cannot_be_used_is_said(open_repository: Opener, url: str) -> None:
    with pytest.raises(DirectReferenceFailure) as caught:
        open_repository().direct_artifact(DEMO, url)
    assert caught.value.detail or caught.value.rejection


def test_an_archive_without_a_version_in_its_name_says_it_inside(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "", make_sdist("demo", "3.1", requires=["b"]), filename="v3.tar.gz")
    url = server.root_url + server.file_path("demo", "v3.tar.gz")
    repository = open_repository()
    sdist = repository.direct_artifact(DEMO, url)
    assert isinstance(sdist, Sdist)
    assert (sdist.version, sdist.filename) == (Version("3.1"), "v3.tar.gz")
    assert names(repository.metadata(sdist)) == ["b"]
    with pytest.raises(DirectReferenceFailure) as caught:
        repository.direct_artifact(package("other"), url)
    assert isinstance(caught.value.rejection, MetadataDisagrees)


def test_a_folder_is_asked_through_its_backend(tmp_path: Path, open_repository: Opener) -> None:
    folder = write_tree(tmp_path / "project", version="2.5", requires=["c"])
    repository = open_repository(offline=True)
    tree = repository.direct_artifact(DEMO, folder.as_uri())
    assert isinstance(tree, SourceTree)
    assert (tree.version, tree.filename, tree.commit) == (Version("2.5"), "project", None)
    assert names(repository.metadata(tree)) == ["c"]
    assert repository.impure_source(tree) is None


def test_a_folder_that_is_no_project_is_said(tmp_path: Path, open_repository: Opener) -> None:
    with pytest.raises(DirectReferenceFailure) as caught:
        open_repository().direct_artifact(DEMO, tmp_path.as_uri())
    assert "pyproject.toml" in caught.value.detail


def git(folder: Path, *arguments: str) -> str:
    environ = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@t.example",
        "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@t.example",
    }
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environ, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with version 1.0 (tag `v1`), 2.0 on `main`, and a package in a folder."""
    folder = write_tree(tmp_path / "demo.git", version="1.0")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "v1")
    for name, content in backend_files(version="2.0", requires=["d"]).items():
        (folder / name).write_bytes(content)
    write_tree(folder / "libs" / "inner", name="inner", version="7")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "two")
    return folder


@pytest.mark.parametrize(
    ("revision", "version"), [("", "2.0"), ("@main", "2.0"), ("@v1", "1.0"), ("@commit", "1.0")]
)
def test_a_git_repository_is_checked_out_and_its_commit_recorded(
    checkout: Path, open_repository: Opener, revision: str, version: str
) -> None:
    first = git(checkout, "rev-parse", "v1")
    revision = revision.replace("commit", first)
    environ = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    repository = open_repository(environ=environ)
    tree = repository.direct_artifact(DEMO, f"git+{checkout.as_uri()}{revision}")
    assert isinstance(tree, SourceTree)
    assert tree.version == Version(version)
    assert tree.commit == (first if version == "1.0" else git(checkout, "rev-parse", "main"))
    assert tree.vcs == "git"
    assert tree.requested_revision == (revision.removeprefix("@") or None)
    assert tree.filename == "demo"
    assert names(repository.metadata(tree)) == (["d"] if version == "2.0" else [])


def test_a_folder_of_a_repository_is_a_package_of_its_own(
    checkout: Path, open_repository: Opener
) -> None:
    url = f"git+{checkout.as_uri()}#subdirectory=libs/inner"
    tree = open_repository(environ=dict(os.environ)).direct_artifact(package("inner"), url)
    assert isinstance(tree, SourceTree)
    assert (tree.version, tree.subdirectory) == (Version("7"), "libs/inner")


@pytest.mark.parametrize("tail", ["@nowhere", "#subdirectory=nowhere", "#subdirectory=../.."])
def test_a_revision_or_folder_that_is_not_there_is_said(
    checkout: Path, open_repository: Opener, tail: str
) -> None:
    repository = open_repository(environ=dict(os.environ))
    with pytest.raises(DirectReferenceFailure) as caught:
        repository.direct_artifact(DEMO, f"git+{checkout.as_uri()}{tail}")
    assert caught.value.detail


def test_git_on_the_web_is_not_asked_offline(open_repository: Opener) -> None:
    with pytest.raises(OfflineMiss):
        open_repository(offline=True).direct_artifact(DEMO, "git+https://host.example/demo.git")


def test_a_git_url_is_taken_apart_at_the_last_at() -> None:
    reference = parse_git_url("git+ssh://git@host.example/a/b.git@feature/x#subdirectory=s&egg=b")
    assert reference.repository == "ssh://git@host.example/a/b.git"
    assert (reference.revision, reference.subdirectory) == ("feature/x", "s")
    with pytest.raises(GitError):
        parse_git_url("git+https://host.example/a#subdirectory=/etc")
