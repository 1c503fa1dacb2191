"""Metadata of wheels: PEP 658, ranges, whole files; verified, shared only where it is equal."""

import zipfile

import pytest
from packaging.version import Version

from fakes.index_server import IndexServer, Misbehaviour, Ranges
from fakes.repositories import Opener, package
from fakes.wheels import make_wheel, make_zip, metadata_text
from flet_lock.index.metadata.remote_metadata import TAIL_BYTES
from flet_lock.index.repository import Repository
from flet_lock.model.answer.rejection import MalformedMetadata, MetadataDisagrees, MetadataMissing
from flet_lock.model.errors.index import (
    IndexGarbage,
    IndexRefused,
    IndexUnreachable,
    IntegrityError,
)
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.metadata import CoreMetadata

DEMO = package("demo")
WHEEL_PATH = "/files/demo/demo-1.0-py3-none-any.whl"
BIG = 5 * TAIL_BYTES


def the_wheel(repository: Repository) -> Artifact:
    return repository.listing(DEMO).artifacts(Version("1.0"))[0]


def requirements(repository: Repository) -> list[str]:
    metadata = repository.metadata(the_wheel(repository))
    assert isinstance(metadata, CoreMetadata)
    return [str(requirement) for requirement in metadata.requires_dist]


@pytest.fixture
def big(server: IndexServer) -> IndexServer:
    """A wheel that is larger than one range."""
    server.add("demo", "1.0", make_wheel("demo", "1.0", requires=["a>=1"], padding=BIG))
    return server


def fetched(server: IndexServer) -> list[str]:
    """What was asked for besides pages: `file.whl` or `file.whl range`."""
    return [
        f"{request.path} {request.headers['range']}" if "range" in request.headers else request.path
        for request in server.requests
        if request.path.startswith("/files/")
    ]


def test_the_metadata_file_is_asked_for_first(big: IndexServer, open_repository: Opener) -> None:
    assert requirements(open_repository(big.url)) == ["a>=1"]
    assert fetched(big) == [f"{WHEEL_PATH}.metadata"]


@pytest.mark.parametrize("promised", [True, False])
def test_without_it_the_tail_of_the_wheel_is_read(
    big: IndexServer, open_repository: Opener, *, promised: bool
) -> None:
    if promised:
        big.misbehave(f"{WHEEL_PATH}.metadata", Misbehaviour(status=404))
    else:
        big.metadata_files = "no"
    repository = open_repository(big.url)
    assert requirements(repository) == ["a>=1"]
    size = the_wheel(repository).size or 0
    assert fetched(big)[int(promised) :] == [f"{WHEEL_PATH} bytes={size - TAIL_BYTES}-{size - 1}"]
    assert repository.traffic.bytes_received < BIG


def test_without_a_known_size_the_range_counts_from_the_end(
    big: IndexServer, open_repository: Opener
) -> None:
    big.metadata_files, big.sizes = "no", False
    assert requirements(open_repository(big.url)) == ["a>=1"]
    assert fetched(big) == [f"{WHEEL_PATH} bytes=-{TAIL_BYTES}"]


@pytest.mark.parametrize("position", ["first", "last"])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_metadata_anywhere_in_the_wheel_is_found(
    server: IndexServer, open_repository: Opener, position: str, compression: int
) -> None:
    own = {"demo-1.0.dist-info/METADATA": metadata_text("demo", "1.0", requires=["a>=1"])}
    # So many members that the table of contents alone is longer than the first range.
    names = [f"demo/{number:05d}_{'x' * 60}.py" for number in range(600)]
    others = {name: name.encode() * 20 for name in names}
    members = {**own, **others} if position == "first" else {**others, **own}
    server.metadata_files = "no"
    server.add("demo", "1.0", make_zip(members, compression=compression))
    repository = open_repository(server.url)
    assert requirements(repository) == ["a>=1"]
    assert all(" bytes=" in path for path in fetched(server))
    assert 1 < len(fetched(server)) <= 3


@pytest.mark.parametrize("ranges", ["ignored", "refused", "wrong", "no-suffix"])
@pytest.mark.parametrize("sizes", [True, False])
def test_a_server_without_ranges_is_asked_for_the_whole_wheel_at_most_twice(
    big: IndexServer, open_repository: Opener, ranges: Ranges, *, sizes: bool
) -> None:
    big.metadata_files, big.ranges, big.sizes = "no", ranges, sizes
    assert requirements(open_repository(big.url)) == ["a>=1"]
    assert len(fetched(big)) <= 2


def test_a_small_wheel_is_fetched_whole_and_verified(
    server: IndexServer, open_repository: Opener
) -> None:
    server.metadata_files = "no"
    server.add("demo", "1.0", make_wheel("demo", "1.0"), sha256="0" * 64)
    repository = open_repository(server.url)
    with pytest.raises(IntegrityError) as caught:
        repository.metadata(the_wheel(repository))
    assert caught.value.algorithm == "sha256"
    assert caught.value.expected == "0" * 64
    assert caught.value.filename == "demo-1.0-py3-none-any.whl"


def test_a_whole_wheel_of_another_size_is_an_integrity_error(
    big: IndexServer, open_repository: Opener
) -> None:
    big.metadata_files, big.ranges, big.hashes = "no", "ignored", False
    repository = open_repository(big.url)
    wheel = the_wheel(repository)
    big.misbehave(WHEEL_PATH, Misbehaviour(status=200, body=b"PK"))
    with pytest.raises(IntegrityError) as caught:
        repository.metadata(wheel)
    assert caught.value.algorithm == "size"


def test_a_metadata_file_with_another_hash_is_an_integrity_error(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0"), metadata_sha256="f" * 64)
    repository = open_repository(server.url)
    with pytest.raises(IntegrityError) as caught:
        repository.metadata(the_wheel(repository))
    assert caught.value.filename == "demo-1.0-py3-none-any.whl.metadata"


def test_a_promise_without_a_digest_is_kept_by_the_wheels_own_hash(
    big: IndexServer, open_repository: Opener
) -> None:
    big.metadata_files = "unhashed"
    assert requirements(open_repository(big.url)) == ["a>=1"]
    big.forget()
    assert requirements(open_repository(big.url)) == ["a>=1"]
    assert fetched(big) == []


def test_a_host_that_refuses_metadata_files_may_still_give_the_wheel(
    big: IndexServer, open_repository: Opener
) -> None:
    big.misbehave(f"{WHEEL_PATH}.metadata", Misbehaviour(status=403))
    repository = open_repository(big.url)
    assert requirements(repository) == ["a>=1"]


def test_a_host_that_refuses_the_wheel_too_is_a_refusal(
    big: IndexServer, open_repository: Opener
) -> None:
    for path in (WHEEL_PATH, f"{WHEEL_PATH}.metadata"):
        big.misbehave(path, Misbehaviour(status=403))
    repository = open_repository(big.url)
    with pytest.raises(IndexRefused):
        repository.metadata(the_wheel(repository))


def test_a_listed_wheel_that_is_gone_is_not_passed_over(
    big: IndexServer, open_repository: Opener
) -> None:
    for path in (WHEEL_PATH, f"{WHEEL_PATH}.metadata"):
        big.misbehave(path, Misbehaviour(status=404))
    repository = open_repository(big.url)
    with pytest.raises(IndexGarbage) as caught:
        repository.metadata(the_wheel(repository))
    assert caught.value.url == big.root_url + WHEEL_PATH


def test_a_metadata_file_that_the_server_cannot_give_now_is_no_answer(
    big: IndexServer, open_repository: Opener
) -> None:
    big.misbehave(f"{WHEEL_PATH}.metadata", Misbehaviour(status=503))
    repository = open_repository(big.url)
    with pytest.raises(IndexUnreachable):
        repository.metadata(the_wheel(repository))


@pytest.mark.parametrize(
    "content",
    [
        b"not a zip file",
        make_zip({"demo/__init__.py": b""}),
        make_zip({"a-1.dist-info/METADATA": b"", "b-1.dist-info/METADATA": b""}),
        make_wheel("demo", "1.0")[:-40],
    ],
)
def test_a_wheel_without_metadata_is_rejected_with_a_reason(
    server: IndexServer, open_repository: Opener, content: bytes
) -> None:
    server.metadata_files = "no"
    server.add("demo", "1.0", content)
    repository = open_repository(server.url)
    verdict = repository.metadata(the_wheel(repository))
    assert isinstance(verdict, MetadataMissing)
    assert verdict.detail


@pytest.mark.parametrize("second", ["vendored-2.dist-info/METADATA", "demo-1.dist-info/top.txt"])
def test_a_wheel_that_no_install_takes_is_none(
    server: IndexServer, open_repository: Opener, second: str
) -> None:
    """pip and `flet-lock install` refuse a second .dist-info folder."""
    own = metadata_text("demo", "1.0", requires=["a>=1"])
    server.metadata_files = "no"
    server.add("demo", "1.0", make_zip({"demo-1.0.dist-info/METADATA": own, second: b""}))
    repository = open_repository(server.url)
    (wheel,) = repository.listing(DEMO).artifacts(Version("1.0"))
    verdict = repository.metadata(wheel)
    assert isinstance(verdict, MetadataMissing)
    assert "several .dist-info folders for demo" in verdict.detail


def test_malformed_and_disagreeing_metadata_are_answers(
    server: IndexServer, open_repository: Opener
) -> None:
    server.add("demo", "1.0", make_wheel("demo", "1.0", requires=["numpy (>=>=1)"]))
    server.add("demo", "2.0", make_wheel("demo", "2.0", metadata=metadata_text("demo", "3.0")))
    repository = open_repository(server.url)
    listing = repository.listing(DEMO)
    first = repository.metadata(listing.artifacts(Version("1.0"))[0])
    assert isinstance(first, MalformedMetadata)
    assert "numpy (>=>=1)" in first.detail
    second = repository.metadata(listing.artifacts(Version("2.0"))[0])
    assert isinstance(second, MetadataDisagrees)


TAGS = ("cp313-cp313-android_24_arm64_v8a", "cp313-cp313-android_24_x86_64")


def test_wheels_of_one_version_keep_their_own_metadata(
    server: IndexServer, open_repository: Opener
) -> None:
    for tag, need in zip(TAGS, ("arm>=1", "intel>=1"), strict=True):
        server.add("demo", "1.0", make_wheel("demo", "1.0", tag, requires=[need]), tag)
    repository = open_repository(server.url)
    wheels = repository.listing(DEMO).artifacts(Version("1.0"))
    found = [repository.metadata(wheel) for wheel in wheels]
    assert [str(m.requires_dist[0]) for m in found if isinstance(m, CoreMetadata)] == [
        "arm>=1",
        "intel>=1",
    ]


def test_metadata_that_the_index_says_is_equal_is_fetched_once(
    server: IndexServer, open_repository: Opener
) -> None:
    for tag in TAGS:
        server.add("demo", "1.0", make_wheel("demo", "1.0", tag, requires=["a"]), tag)
    repository = open_repository(server.url)
    wheels = repository.listing(DEMO).artifacts(Version("1.0"))
    repository.expect_metadata(wheels)
    assert all(isinstance(repository.metadata(wheel), CoreMetadata) for wheel in wheels)
    assert len(fetched(server)) == 1


@pytest.mark.parametrize("metadata_files", ["hashed", "no"])
def test_metadata_of_a_known_hash_is_never_fetched_again(
    big: IndexServer, open_repository: Opener, metadata_files: str
) -> None:
    big.metadata_files = "no" if metadata_files == "no" else "hashed"
    assert requirements(open_repository(big.url)) == ["a>=1"]
    big.forget()
    again = open_repository(big.url, refresh=True)
    assert requirements(again) == ["a>=1"]
    assert fetched(big) == []
    offline = open_repository(big.url, offline=True)
    assert requirements(offline) == ["a>=1"]


def test_a_rejected_file_is_asked_for_once(server: IndexServer, open_repository: Opener) -> None:
    server.metadata_files = "no"
    server.add("demo", "1.0", b"no wheel")
    repository = open_repository(server.url)
    wheel = the_wheel(repository)
    assert repository.metadata(wheel) is repository.metadata(wheel)
    assert len(fetched(server)) == 1


def test_a_file_without_hashes_is_read_whole_for_the_lock(
    big: IndexServer, open_repository: Opener
) -> None:
    big.hashes, big.sizes = False, False
    repository = open_repository(big.url)
    wheel = the_wheel(repository)
    assert (wheel.sha256, wheel.size) == (None, None)
    whole = repository.hashed(wheel)
    assert len(whole.sha256 or "") == 64
    assert (whole.size or 0) > BIG
    assert repository.hashed(whole) is whole
