import os
from pathlib import Path

import pytest

from flet_lock.boundary.urls import recorded_url
from flet_lock.lockfile.locations import Locations

ROOT = Path("/app")
HERE = Locations(project_root=ROOT, lock_dir=ROOT)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://host.example/a.whl", ("https://host.example/a.whl", None)),
        ("https://u:p@host.example:8443/a.whl#x", ("https://host.example:8443/a.whl", None)),
        ("https://token@host.example/a.whl", ("https://host.example/a.whl", None)),
        ("file:///app/wheels/a%20b.whl", (None, "wheels/a b.whl")),
        ("file://localhost/app/a.whl", (None, "a.whl")),
        ("file:///elsewhere/a.whl", (None, "../elsewhere/a.whl")),
        ("file:wheels/a.whl", (None, "wheels/a.whl")),
        ("./wheels/../a.whl", (None, "a.whl")),
        ("/app/a.whl", (None, "a.whl")),
        ("file:///app/%23%3F%25.whl", (None, "#?%.whl")),
    ],
)
def test_a_place_is_an_address_without_secrets_or_a_relative_path(
    url: str, expected: tuple[str | None, str | None]
) -> None:
    assert HERE.place(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("git+https://u:p@host.example/r.git@main", ("https://host.example/r.git", None)),
        ("git+https://host.example/r.git@topic/x#egg=r", ("https://host.example/r.git", None)),
        ("git+ssh://git@host.example/r.git", ("ssh://git@host.example/r.git", None)),
        ("git+file:///app/repositories/r@v1", (None, "repositories/r")),
    ],
)
def test_a_repository_is_without_its_revision(
    url: str, expected: tuple[str | None, str | None]
) -> None:
    assert HERE.place(url, vcs="git") == expected


def test_tokens_among_the_parameters_are_masked() -> None:
    assert "abc" not in recorded_url("https://host.example/a.whl?token=abc")


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_links_are_followed_only_where_the_path_leads_out(tmp_path: Path) -> None:
    (tmp_path / "real" / "app").mkdir(parents=True)
    (tmp_path / "store").mkdir()
    (tmp_path / "app").symlink_to(tmp_path / "real" / "app")
    (tmp_path / "real" / "app" / "wheels").symlink_to(tmp_path / "store")
    places = Locations(project_root=tmp_path / "app", lock_dir=tmp_path / "app")
    inside = (tmp_path / "app" / "wheels" / "a.whl").as_uri()
    assert places.place(inside) == (None, "wheels/a.whl")
    assert places.place((tmp_path / "real/app/wheels/a.whl").as_uri()) == (None, "wheels/a.whl")
    assert places.place((tmp_path / "store" / "a.whl").as_uri()) == (None, "../../store/a.whl")


def test_an_index_has_an_address_only_where_it_is_not_a_folder() -> None:
    assert HERE.index_url("https://u:p@host.example/simple/") == "https://host.example/simple/"
    assert HERE.index_url("/app/wheels") is None
    assert HERE.index_url("wheels") is None
    assert HERE.index_url("file:///app/wheels") is None
