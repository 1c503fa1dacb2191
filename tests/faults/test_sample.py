"""A sample of the fault catalogue; `tools/inject_faults.py` has all of it, and CI each night."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.flet_versions import SHIPPED
from fakes.index_server import IndexServer
from faults import scene
from faults.fault import FAMILIES, Fault, read_faults, sample
from faults.scene import SECRET, World, inject

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="each fault has its own process")
SEED = 20261127
ONE = next(iter(read_faults("terminals")))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with IndexServer() as server:
        made = World(base=tmp_path_factory.mktemp("faults"), server=server, outside=dict(SHIPPED))
        made.build()
        yield made


def test_the_catalogue_is_as_large_as_was_promised() -> None:
    faults = [fault for family in FAMILIES for fault in read_faults(family)]
    assert len(faults) >= 1_500
    assert len({fault.name for fault in faults}) == len(faults)
    assert sample(100, 1) == sample(100, 1) != sample(100, 2)


# A server costs half a second: all of those run at night.
QUICK = [fault for fault in sample(110, SEED) if fault.family != "servers"]


@pytest.mark.parametrize("fault", QUICK, ids=lambda fault: fault.name)
def test_a_fault_is_survived(world: World, fault: Fault) -> None:
    assert inject(world, fault, fault.number) is None


def _writes_outside(_words: list[str]) -> int:
    Path("../guard/file").write_text("changed")
    return 0


def _writes_half_a_lock(_words: list[str]) -> int:
    Path("pylock.ios.toml").write_text("half")
    return 0


def _fails_and_writes(_words: list[str]) -> int:
    Path("pylock.ios.toml").unlink()
    return 1


def _tells(text: str) -> object:
    def tell(_words: list[str]) -> int:
        sys.stdout.write(text)
        return 0

    return tell


def _crashes(_words: list[str]) -> int:
    os._exit(139)


def _raises(_words: list[str]) -> int:
    raise ValueError("x")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (_writes_outside, "outside"),
        (_writes_half_a_lock, "half a lock"),
        (_fails_and_writes, "a run that failed"),
        (_crashes, "crashed"),
        (_raises, "raised ValueError"),
        (_tells("flet-lock ran into a fault of its own"), "says"),
        (_tells(f"https://user:{SECRET}@host"), "secret"),
        (lambda _words: 3, "exit 3"),
    ],
)
def test_a_broken_build_is_seen(
    world: World, broken: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inject(world, ONE, 90_000) is None
    monkeypatch.setattr(scene, "main", broken)
    found = inject(world, ONE, 90_001)
    assert found is not None
    assert reason in found


def test_a_check_that_is_taken_out_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [each for each in read_faults("secrets") if each.command.startswith("check")][:12]
    assert not [each for each in faults if inject(world, each, 91_000 + each.number)]
    monkeypatch.setattr("flet_lock.reports.layout.clean_text.redacted", lambda text: text)
    monkeypatch.setattr("flet_lock.project.settings.setting_value.redacted", lambda text: text)
    assert [each for each in faults if inject(world, each, 92_000 + each.number)]
