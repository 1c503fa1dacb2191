import json
from pathlib import Path

import pytest
from packaging.version import Version

from fakes.repositories import Opener, package
from fakes.wheels import make_sdist, make_wheel, metadata_text, sha256_of
from flet_lock.model.app.settings import Index
from flet_lock.model.errors.index import IndexGarbage, IndexUnreachable, IntegrityError
from flet_lock.model.index.artifact import Sdist, Wheel
from flet_lock.model.index.metadata import CoreMetadata

DEMO = package("demo")
NAME = "demo-1.0-py3-none-any.whl"
CONTENT = make_wheel("demo", "1.0", requires=["a>=1"])


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def html_page(link: str, **attributes: str) -> bytes:
    written = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<a href="{link}"{written}>x</a>'.encode()


def json_page(link: str, sha256: str) -> bytes:
    file = {"filename": NAME, "url": link, "hashes": {"sha256": sha256}}
    return json.dumps({"meta": {"api-version": "1.0"}, "files": [file]}).encode()


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "an index"  # with a blank: addresses are percent-encoded
    folder.mkdir()
    return folder


@pytest.mark.parametrize("below", ["simple/demo", "demo", "simple/Demo"])
@pytest.mark.parametrize("page", ["index.html", "index.json"])
@pytest.mark.parametrize("address", ["{}", "{}/", "file"])
def test_a_tree_of_pages_is_read_in_either_layout(
    index: Path, open_repository: Opener, below: str, page: str, address: str
) -> None:
    write(index / "files" / NAME, CONTENT)
    link = "../" * (below.count("/") + 1) + f"files/{NAME}"
    content = (
        html_page(f"{link}#sha256={sha256_of(CONTENT)}")
        if page == "index.html"
        else json_page(link, sha256_of(CONTENT))
    )
    write(index / below / page, content)
    location = index.as_uri() if address == "file" else address.format(index)
    repository = open_repository(location)
    (wheel,) = repository.listing(DEMO).artifacts(Version("1.0"))
    assert wheel.url == (index / "files" / NAME).as_uri()
    metadata = repository.metadata(wheel)
    assert isinstance(metadata, CoreMetadata)
    assert [str(r) for r in metadata.requires_dist] == ["a>=1"]
    assert not repository.listing(package("absent")).found
    assert repository.traffic.requests == 0


def test_a_flat_folder_is_searched_by_name(index: Path, open_repository: Opener) -> None:
    write(index / NAME, CONTENT)
    write(index / "demo-0.9.tar.gz", make_sdist("demo", "0.9"))
    write(index / "demo_extra-3.0-py3-none-any.whl", make_wheel("demo-extra", "3.0"))
    write(index / "notes.txt", b"")
    repository = open_repository(str(index))
    listing = repository.listing(DEMO)
    assert listing.versions == (Version("1.0"), Version("0.9"))
    (wheel,) = listing.artifacts(Version("1.0"))
    assert isinstance(wheel, Wheel)
    assert (wheel.size, wheel.hashes) == (len(CONTENT), {})
    assert repository.hashed(wheel).sha256 == sha256_of(CONTENT)
    assert isinstance(listing.artifacts(Version("0.9"))[0], Sdist)
    assert not repository.listing(package("demo-ex")).found


def test_a_folder_of_files_per_package_needs_no_page(index: Path, open_repository: Opener) -> None:
    write(index / "demo" / NAME, CONTENT)
    assert open_repository(str(index)).listing(DEMO).found


def test_a_directory_is_relative_to_the_project(tmp_path: Path, open_repository: Opener) -> None:
    write(tmp_path / "wheels" / NAME, CONTENT)
    assert open_repository("wheels").listing(DEMO).found
    assert open_repository("./wheels/").listing(DEMO).found


def test_a_metadata_file_beside_the_wheel_is_used_if_it_is_promised(
    index: Path, open_repository: Opener
) -> None:
    beside = metadata_text("demo", "1.0", requires=["b>=2"])
    write(index / NAME, CONTENT)
    write(index / f"{NAME}.metadata", beside)
    page = html_page(f"../{NAME}", data_core_metadata=f"sha256={sha256_of(beside)}")
    write(index / "demo" / "index.html", page)
    repository = open_repository(str(index))
    metadata = repository.metadata(repository.listing(DEMO).artifacts(Version("1.0"))[0])
    assert isinstance(metadata, CoreMetadata)
    assert [str(r) for r in metadata.requires_dist] == ["b>=2"]


@pytest.mark.parametrize("part", ["wheel", "metadata"])
def test_local_files_are_verified_too(index: Path, open_repository: Opener, part: str) -> None:
    write(index / NAME, CONTENT)
    write(index / f"{NAME}.metadata", b"Name: demo\nVersion: 1.0\n")
    promise = {"data_core_metadata": f"sha256={'0' * 64}"} if part == "metadata" else {}
    write(index / "demo" / "index.html", html_page(f"../{NAME}#sha256={'1' * 64}", **promise))
    repository = open_repository(str(index))
    with pytest.raises(IntegrityError):
        repository.metadata(repository.listing(DEMO).artifacts(Version("1.0"))[0])


def test_a_listed_file_that_is_not_there_is_an_error(index: Path, open_repository: Opener) -> None:
    write(index / "demo" / "index.html", html_page(f"../{NAME}"))
    repository = open_repository(str(index))
    with pytest.raises(IndexGarbage):
        repository.metadata(repository.listing(DEMO).artifacts(Version("1.0"))[0])


def test_a_directory_that_is_not_there_is_unreachable(
    tmp_path: Path, open_repository: Opener
) -> None:
    repository = open_repository(str(tmp_path / "nowhere"))
    repository.prefetch_listings([DEMO])
    with pytest.raises(IndexUnreachable):
        repository.listing(DEMO)


def test_a_broken_page_is_garbage(index: Path, open_repository: Opener) -> None:
    write(index / "demo" / "index.json", b"{")
    with pytest.raises(IndexGarbage):
        open_repository(str(index)).listing(DEMO)


def test_a_changed_page_is_read_anew_and_an_unchanged_one_is_not(
    index: Path, open_repository: Opener
) -> None:
    page = write(index / "demo" / "index.html", html_page(NAME))
    open_repository(str(index)).listing(DEMO)
    again = open_repository(str(index))
    assert again.listing(DEMO).versions == (Version("1.0"),)
    assert again.traffic.from_cache == 1
    page.write_bytes(html_page("demo-2.0.0-py3-none-any.whl"))
    assert open_repository(str(index)).listing(DEMO).versions == (Version("2.0"),)


def test_offline_reads_directories(index: Path, open_repository: Opener) -> None:
    write(index / NAME, CONTENT)
    listing = open_repository(Index(name="here", location=str(index)), offline=True).listing(DEMO)
    assert listing.found
