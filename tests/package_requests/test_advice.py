"""The shipped tables of names, as `flet-lock request` reads them."""

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.advice_table import shipped_advice
from flet_lock.model.facts.advice import AdviceKind, DesktopReason
from flet_lock.model.target import Platform

TABLE = shipped_advice()
SINGLE = [*TABLE.exact.items(), *TABLE.patterns]


@pytest.mark.parametrize(("name", "fact"), SINGLE, ids=[name for name, _ in SINGLE])
def test_an_entry_says_all_that_its_kind_needs(name: str, fact: object) -> None:
    found = TABLE.fact(canonicalize_name(name.replace("*", "anything")))
    assert found is fact
    assert found is not None
    assert found.source.startswith("https://") or not found.source
    is_hardware = found.reason is DesktopReason.HARDWARE
    assert bool(found.needs) is is_hardware
    if found.kind in (AdviceKind.PART_OF_FLET, AdviceKind.OTHER_NAME, AdviceKind.TWIN):
        assert found.instead
    assert (found.only is not None) is (found.kind is AdviceKind.OTHER_PLATFORM)
    assert bool(found.systems) is (
        found.kind in (AdviceKind.DESKTOP_ONLY, AdviceKind.OTHER_PLATFORM)
    )


def test_a_star_stands_for_anything() -> None:
    fact = TABLE.fact(NormalizedName("nvidia-cublas-cu12"))
    assert fact is not None
    assert fact.reason is DesktopReason.HARDWARE
    assert TABLE.fact(NormalizedName("numpy")) is None


def test_what_belongs_to_one_phone_names_it() -> None:
    fact = TABLE.fact(NormalizedName("pyjnius"))
    assert fact is not None
    assert fact.only is Platform.ANDROID
