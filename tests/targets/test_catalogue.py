"""The table of Python releases: read, checked, digested, and shipped."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from fakes.flet_versions import shipped_manifest
from flet_lock.model.errors.usage import CatalogueError
from flet_lock.targets.catalogue import Catalogue, load_catalogue, parse_catalogue
from flet_lock.targets.shipped_data import shipped_path

REPOSITORY = Path(__file__).parents[2]


def manifest(**pythons: object) -> dict[str, Any]:
    release = {"full_version": "3.13.5", "android_abis": ["x86_64", "arm64-v8a"]}
    return {"default_python_version": "3.13", "pythons": {"3.13": release, **pythons}}


def parsed(document: object) -> Catalogue:
    return parse_catalogue(json.dumps(document), path="manifest.json")


def faults(document: object) -> str:
    with pytest.raises(CatalogueError) as caught:
        parsed(document)
    assert caught.value.path == "manifest.json"
    return caught.value.detail


def test_the_shipped_table_is_python_builds() -> None:
    catalogue = load_catalogue(shipped_manifest())
    assert catalogue.supported == ("3.12", "3.13", "3.14")
    assert catalogue.default.full_version == "3.14.6"
    assert catalogue.default.version == (3, 14)
    abis = {release.android_abis for release in catalogue.releases}
    assert abis == {("arm64-v8a", "armeabi-v7a", "x86_64")}


def test_a_checkout_reads_the_table_of_the_repository() -> None:
    assert shipped_path("python-releases.json").samefile(
        REPOSITORY / "data" / "catalog" / "python-releases.json"
    )


def test_a_table_that_is_not_there_is_named_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    assert (caught.value.path, caught.value.detail) == (str(path), "No such file or directory")


def test_a_table_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    assert "can't decode byte 0xff" in caught.value.detail


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "9" * 5_000])
def test_what_is_not_json_is_said_to_be_none(text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        parse_catalogue(text, path="manifest.json")
    assert caught.value.detail.startswith("not JSON: ")


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "the document is not a table"),
        ({}, "pythons: not a table of at least one Python"),
        ({"pythons": {}}, "pythons: not a table of at least one Python"),
        (
            manifest() | {"default_python_version": "3.9"},
            "default_python_version: '3.9' is not one of 3.13",
        ),
        (manifest() | {"default_python_version": ["3.13"]}, "default_python_version: ['3.13']"),
        (manifest(python4={}), 'pythons["python4"]: not the minor of a Python 3'),
        (manifest(**{"3.14": []}), 'pythons["3.14"]: not a table'),
        (
            manifest(**{"3.14": {"full_version": "3.13.1", "android_abis": []}}),
            "pythons[\"3.14\"].full_version: '3.13.1' is not a release of Python 3.14",
        ),
        (
            manifest(**{"3.14": {"full_version": "new", "android_abis": []}}),
            "pythons[\"3.14\"].full_version: 'new' is not a release of Python 3.14",
        ),
        (
            manifest(**{"3.14": {"full_version": "3.14.0"}}),
            'pythons["3.14"].android_abis: None is not a list',
        ),
        (
            manifest(**{"3.14": {"full_version": "3.14.0", "android_abis": ["x86_64", "mips"]}}),
            "pythons[\"3.14\"].android_abis[1]: 'mips' is not one of arm64-v8a, armeabi-v7a,",
        ),
        (
            manifest(
                **{"3.14": {"full_version": "3.14.0", "android_abis": [], "prerelease": "no"}}
            ),
            "pythons[\"3.14\"].prerelease: 'no' is not true or false",
        ),
    ],
)
def test_each_fault_has_its_place(document: object, fault: str) -> None:
    assert fault in faults(document)


def test_all_faults_are_said_at_once() -> None:
    broken = manifest(**{"3.14": {"full_version": 3.14, "android_abis": [1, ["x"]]}})
    broken["default_python_version"] = None
    assert len(faults(broken).split("; ")) == 4


def test_releases_and_abis_have_an_order_of_their_own() -> None:
    catalogue = parsed(
        manifest(
            **{
                "3.9": {"full_version": "3.9.1", "android_abis": ["x86_64", "x86_64"]},
                "3.10": {"full_version": "3.10.1", "android_abis": []},
            }
        )
    )
    assert catalogue.supported == ("3.9", "3.10", "3.13")
    assert [release.android_abis for release in catalogue.releases] == [
        ("x86_64",),
        (),
        ("arm64-v8a", "x86_64"),
    ]
    assert catalogue.release("3.11") is None


def test_the_digest_changes_with_what_a_lock_depends_on_and_with_nothing_else() -> None:
    before = parsed(manifest()).digest("3.13")
    same = manifest(**{"3.12": {"full_version": "3.12.1", "android_abis": []}})
    same["release"] = "20260921"
    same["pythons"]["3.13"]["pyodide_version"] = "0.30"
    assert parsed(same).digest("3.13") == before
    changed = manifest()
    changed["pythons"]["3.13"]["full_version"] = "3.13.6"
    assert parsed(changed).digest("3.13") != before


def test_the_digest_is_the_same_on_every_machine() -> None:
    # Locks hold it: whoever changes the way it is made changes every lock there is.
    facts = b'{"full_version":"3.13.5","python":"3.13"}'
    assert parsed(manifest()).digest("3.13") == f"sha256:{sha256(facts).hexdigest()}"


def test_no_digest_of_a_python_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        load_catalogue(shipped_manifest()).digest("2.7")
