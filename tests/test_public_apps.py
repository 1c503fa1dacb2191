"""Whole apps as people write them, locked offline: `tests/apps/README.md`."""

import json
import re
from pathlib import Path

import pytest

from fakes.public_app import public_indexes, read_public_app
from fakes.trouble import QUIET, run

FOLDER = Path(__file__).parent / "apps"
PATHS = sorted(FOLDER.glob("*.toml"))
REPOSITORY = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+\Z")


@pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])
def test_an_app_is_answered_as_its_pages_say(path: Path, tmp_path: Path) -> None:
    public = read_public_app(path)
    assert REPOSITORY.match(public.source)
    app = public.write(tmp_path)
    words = ("lock", str(app), "--dry-run", *QUIET, *public_indexes(), "--output-format", "json")
    code, out, err = run(*words)
    document = json.loads(out)
    expected = public.expected

    assert code == expected.exit_code, out + err
    if code == 0:
        platforms = {each["platform"]: each["packages"] for each in document["platforms"]}
        if expected.packages:
            assert {name: len(found) for name, found in platforms.items()} == expected.packages
        for name, version in expected.pins.items():
            found = {p["version"] for each in platforms.values() for p in each if p["name"] == name}
            assert found == {version}, name
    else:
        facts = document["error"]["facts"]
        blockers = {each["package"] for each in facts.get("blockers", ())}
        assert blockers == set(expected.blockers)
    text = json.dumps(document, ensure_ascii=False).replace('\\"', '"').replace("`", "")
    said = " ".join(text.split())
    for fact in expected.holds:
        assert fact in said, fact


def test_there_are_enough_of_them() -> None:
    assert len(PATHS) >= 30
    assert len({read_public_app(path).source for path in PATHS}) == len(PATHS)
