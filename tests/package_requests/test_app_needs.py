"""Who needs a package, of an app that is resolved for it."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer, Misbehaviour
from fakes.wheels import make_wheel, wheel_filename
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.event import ignore_event
from flet_lock.model.target import Platform
from flet_lock.package_requests.facts import Lift, Need
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.requesting.app_needs import AppNeeds, read_app_needs

SPEEDY, CHARTS, LINES = map(NormalizedName, ("speedy", "charts", "lines"))
DESKTOP = "cp314-cp314-win_amd64"
EVERYBODY = {"is_public": lambda _: True}


class Shop:
    """An app and a folder of wheels."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "app"
        self.index = folder / "index"
        self.root.mkdir()
        self.index.mkdir()

    def offer(self, name: str, version: str, *requires: str, tag: str = "py3-none-any") -> Path:
        path = self.index / wheel_filename(name, version, tag)
        path.write_bytes(make_wheel(name, version, tag, requires=requires))
        return path

    def needs(self, *dependencies: str) -> AppNeeds:
        listed: Sequence[str] = [f'"{each}"' for each in dependencies]
        (self.root / "pyproject.toml").write_text(
            f'[project]\nname = "app"\ndependencies = [{", ".join(listed)}]\n'
        )
        options = {"default-index": str(self.index), "no-flet-index": True, "no-cache": True}
        return read_app_needs(self.root, options=options, environ=SHIPPED, listener=ignore_event)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_a_package_that_stands_in_the_way_is_told_with_the_shortest_way_to_it(shop: Shop) -> None:
    shop.offer("speedy", "1.0", tag=DESKTOP)
    shop.offer("lines", "1.0", "speedy")
    shop.offer("charts", "1.0", "lines")
    needs = shop.needs("charts")
    assert needs.need(SPEEDY, **EVERYBODY) == Need(
        chain=(CHARTS, LINES), blocks=(Platform.ANDROID, Platform.IOS)
    )
    assert shop.needs("charts", "lines").need(SPEEDY, **EVERYBODY) == Need(
        chain=(LINES,), blocks=(Platform.ANDROID, Platform.IOS)
    )


def test_others_in_the_way_are_counted(shop: Shop) -> None:
    shop.offer("speedy", "1.0", tag=DESKTOP)
    shop.offer("lines", "1.0", tag=DESKTOP)
    need = shop.needs("speedy", "lines").need(SPEEDY, **EVERYBODY)
    assert need is not None
    assert (need.chain, need.other_blockers) == ((), 1)


def test_what_is_taken_older_because_of_it_is_told(shop: Shop) -> None:
    shop.offer("speedy", "1.0", tag=DESKTOP)
    shop.offer("charts", "1.0")
    shop.offer("charts", "2.0", "speedy")
    need = shop.needs("charts").need(SPEEDY, **EVERYBODY)
    lift = Lift(package=CHARTS, taken=Version("1.0"), newest=Version("2.0"))
    assert need == Need(chain=(CHARTS,), lifts=(lift,))


def test_the_versions_that_the_app_needs_are_told(shop: Shop) -> None:
    shop.offer("speedy", "2.0", tag=DESKTOP)
    shop.offer("speedy", "1.0")
    shop.offer("charts", "1.0")
    shop.offer("charts", "2.0", "speedy==2.0")
    assert shop.needs("charts").specifier(SPEEDY) == SpecifierSet("==2.0")
    assert shop.needs("charts>1").specifier(SPEEDY) == SpecifierSet("==2.0")
    assert shop.needs("speedy>1").specifier(SPEEDY) == SpecifierSet(">1")
    assert shop.needs("speedy").specifier(SPEEDY) == SpecifierSet(">1.0")
    assert shop.needs("charts<2").specifier(SPEEDY) is None


def test_a_clash_of_versions_is_nothing_that_wheels_would_end(shop: Shop) -> None:
    shop.offer("speedy", "1.0")
    shop.offer("speedy", "2.0")
    shop.offer("charts", "1.0", "speedy<2")
    needs = shop.needs("charts", "speedy")
    assert needs.specifier(CHARTS) is None
    assert needs.need(CHARTS, **EVERYBODY) == Need(chain=())


def test_a_package_that_works_is_told_with_the_way_to_it(shop: Shop) -> None:
    shop.offer("speedy", "1.0")
    shop.offer("charts", "1.0", "speedy")
    needs = shop.needs("charts")
    assert needs.need(SPEEDY, **EVERYBODY) == Need(chain=(CHARTS,))
    assert needs.need(LINES, **EVERYBODY) is None


def test_names_that_are_not_public_are_left_out(shop: Shop) -> None:
    shop.offer("speedy", "1.0", tag=DESKTOP)
    shop.offer("lines", "1.0", "speedy")
    shop.offer("charts", "1.0", "lines")
    need = shop.needs("charts").need(SPEEDY, is_public=lambda name: name != CHARTS)
    assert need is not None
    assert need.chain == (None, LINES)


def test_nobody_is_asked_whether_a_package_of_ones_own_folder_is_public(shop: Shop) -> None:
    shop.offer("speedy", "1.0", tag=DESKTOP)
    own = shop.offer("lines", "1.0", "speedy").rename(shop.root / wheel_filename("lines", "1.0"))
    asked: list[NormalizedName] = []
    need = shop.needs(f"lines @ {own.as_uri()}").need(
        SPEEDY,
        is_public=lambda name: not asked.append(name),  # type: ignore[func-returns-value] # it keeps what was asked
    )
    assert need is not None
    assert need.chain == (None,)
    assert asked == []


def test_where_the_app_cannot_be_resolved_its_locks_tell(shop: Shop) -> None:
    shop.offer("speedy", "1.0")
    shop.offer("charts", "1.0", "speedy")
    shop.needs("charts")
    options = {"default-index": str(shop.index), "no-flet-index": True, "no-cache": True}
    lock(shop.root, options=options, environ=SHIPPED, dry_run=False, listener=ignore_event)
    with IndexServer() as server:
        server.misbehave(server.page_path("charts"), Misbehaviour(status=401))
        needs = read_app_needs(
            shop.root,
            options={**options, "default-index": server.url},
            environ=SHIPPED,
            listener=ignore_event,
        )
    assert needs.need(SPEEDY, **EVERYBODY) == Need(chain=(CHARTS,))


def test_an_app_that_cannot_be_read_is_said_to_be_so(shop: Shop) -> None:
    (shop.root / "pyproject.toml").write_text("[project")
    with pytest.raises(ProjectError):
        read_app_needs(shop.root, options={}, environ=SHIPPED, listener=ignore_event)
