"""The shipped table of packages that are not worth a request."""

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.model.target import Platform
from flet_lock.package_requests.advice import AdviceKind, find_advice, parse_advice
from flet_lock.targets.shipped_data import shipped_path

TABLE = parse_advice(shipped_path("package-advice.toml").read_text(encoding="utf-8"))
SINGLE = [(name, advice) for advice in TABLE for name in advice.names]


def _normalized(name: str) -> str:
    stem = name.rstrip("-*")
    return canonicalize_name(stem) + name[len(stem) :]


def test_every_name_is_normalized_and_stands_once() -> None:
    names = [name for name, _ in SINGLE]
    assert [name for name in names if name != _normalized(name)] == []
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "advice"), SINGLE, ids=[name for name, _ in SINGLE])
def test_an_entry_says_all_that_its_kind_needs(name: str, advice: object) -> None:
    found = find_advice(TABLE, canonicalize_name(name.replace("*", "anything")))
    assert found is advice
    assert found is not None
    assert found.source.startswith("https://")
    assert bool(found.systems) is (found.kind is AdviceKind.SYSTEM)
    assert bool(found.needs) is (found.kind is AdviceKind.HARDWARE)
    named = found.kind in (AdviceKind.FLET, AdviceKind.NAME, AdviceKind.TWIN)
    assert (found.instead is not None) is named
    assert (found.only is not None) is (found.kind is AdviceKind.PLATFORM)


def test_a_star_stands_for_anything() -> None:
    advice = find_advice(TABLE, NormalizedName("nvidia-cublas-cu12"))
    assert advice is not None
    assert advice.kind is AdviceKind.HARDWARE
    assert find_advice(TABLE, NormalizedName("numpy")) is None


def test_what_belongs_to_one_phone_names_it() -> None:
    advice = find_advice(TABLE, NormalizedName("pyjnius"))
    assert advice is not None
    assert advice.only is Platform.ANDROID
