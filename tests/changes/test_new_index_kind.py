"""An index of a kind that is not there yet: what `PackageIndex` asks for is all that it needs."""

from pathlib import Path
from typing import NoReturn

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from fakes.targets import make_targets
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.index.loading.package_index import PackageIndex
from flet_lock.index.pages.file_row import FileRow
from flet_lock.index.pages.page_rows import IndexPage, page_rows_of
from flet_lock.index.repository import Repository
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.app.settings import Index
from flet_lock.model.event import Event, PageFetched
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.resolve import resolve


class MemoryIndex:
    """Lists files that somebody named; there is nobody to ask."""

    is_remote = keeps_all = needs_root = False

    def __init__(self, name: str, files: list[Path]) -> None:
        self.name = name
        self._files = files

    def at_hand(self, package: NormalizedName) -> tuple[IndexPage, bool]:
        """The files whose names are the package's."""
        rows = [
            FileRow(
                filename=file.name,
                url=file.as_uri(),
                hashes={},
                core_metadata=None,
                requires_python=None,
                yanked=None,
                size=None,
                upload_time=None,
            )
            for file in self._files
            if canonicalize_name(file.name.partition("-")[0]) == package
        ]
        digest = page_rows_of(rows, package) if rows else None
        return IndexPage(index=self.name, url=f"memory:{package}", digest=digest), False

    def ask(self, client: object, package: NormalizedName) -> NoReturn:
        """Is never called."""
        raise NotImplementedError

    def find_root(self, client: object) -> NoReturn:
        """Is never called."""
        raise NotImplementedError


def publish(folder: Path, name: str, version: str, *requires: str) -> Path:
    path = folder / wheel_filename(name, version)
    path.write_bytes(make_wheel(name, version, requires=list(requires)))
    return path


def open_memory(folder: Path, *files: Path, events: list[Event]) -> Repository:
    index: PackageIndex = MemoryIndex("memory", list(files))
    empty = folder / "empty"
    empty.mkdir()
    return Repository(
        indexes=[Index(name="one", location=str(empty))],
        sources={canonicalize_name("low"): "memory"},
        cache=None,
        connections=1,
        offline=False,
        refresh=False,
        listener=events.append,
        environ={},
        root=folder,
        more_indexes=[index],
    )


def test_it_lists_and_serves_beside_the_others(tmp_path: Path) -> None:
    events: list[Event] = []
    high = publish(tmp_path, "high", "1.0", "low>=2")
    with open_memory(tmp_path, high, events=events) as repository:
        listing = repository.listing(canonicalize_name("high"))
        (wheel,) = listing.artifacts(Version("1.0"))
        metadata = repository.metadata(wheel)
        assert isinstance(metadata, CoreMetadata)
        assert [str(each) for each in metadata.requires_dist] == ["low>=2"]
        assert [(each.index, each.answer) for each in listing.replies] == [
            ("one", IndexAnswer.NOT_FOUND),
            ("memory", IndexAnswer.FOUND),
        ]
        assert repository.hashed(wheel).size == high.stat().st_size
        assert repository.kept_pages() is None, "nothing tells whether it still says the same"
    assert (
        PageFetched(package=canonicalize_name("high"), index="memory", from_cache=False) in events
    )


def test_an_app_is_resolved_from_it(tmp_path: Path) -> None:
    files = [publish(tmp_path, "high", "1.0", "low>=2")]
    files += [publish(tmp_path, "low", version) for version in ("1.0", "2.0", "3.0")]
    wanted = ProjectRequirement(
        requirement=Requirement("high"), place=Place(file="requirements.txt")
    )
    with open_memory(tmp_path, *files, events=[]) as repository:
        request = ResolutionRequest(
            requirements=(wanted,), targets=make_targets(), index_order=("one", "memory")
        )
        resolutions = resolve(request, repository, listener=lambda _event: None)
    assert {(pin.package, str(pin.version)) for each in resolutions for pin in each.pins} == {
        ("high", "1.0"),
        ("low", "3.0"),
    }
