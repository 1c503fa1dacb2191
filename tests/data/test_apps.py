import ast
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

DATA = Path(__file__).parents[2] / "data"
APPS = sorted(path for path in (DATA / "apps").glob("[a-z]*") if path.is_dir())
MODULES = {
    "PIL": "pillow",
    "curl_cffi": "curl-cffi",
    "jnius": "pyjnius",
    "slugify": "python-slugify",
    "markdown_it": "markdown-it-py",
    "psycopg2": "psycopg2-binary",
    "yaml": "pyyaml",
}
"""Import names that differ from the package's."""


def app_ids(path: Path) -> str:
    return path.name


def pyproject(app: Path) -> dict[str, Any]:
    path = app / "pyproject.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def declared(app: Path) -> set[str]:
    """Names of all packages that an app asks for, platform by platform, groups left out."""
    found = pyproject(app)
    poetry = found.get("tool", {}).get("poetry", {}).get("dependencies", {})
    optional = {name for name, value in poetry.items() if "optional" in value}
    names = set(poetry) - optional - {"python"}
    lines = list(found.get("project", {}).get("dependencies", []))
    for platform in ("android", "ios"):
        lines += found.get("tool", {}).get("flet", {}).get(platform, {}).get("dependencies", [])
    for file in ("requirements.txt", "requirements/web.txt"):
        if (app / file).exists():
            text = (app / file).read_text(encoding="utf-8").replace("\\\n", "")
            bare = (line.partition("#")[0].strip() for line in text.splitlines())
            lines += [line for line in bare if line and not line.startswith("-")]
    return {canonicalize_name(name) for name in [*names, *(Requirement(x).name for x in lines)]}


def imported(app: Path) -> set[str]:
    """Top-level names of the modules that an app imports."""
    found: set[str] = set()
    for path in app.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found


def wheel_tags(package: str) -> dict[str, frozenset[Tag]]:
    """All wheels of a package on both recorded indexes."""
    page = json.loads((DATA / "index/pypi/simple" / package / "index.json").read_bytes())
    names = [file["filename"] for file in page["files"]]
    names += [
        path.name for path in (DATA / "index/flet").glob(f"{package.replace('-', '_')}-*.whl")
    ]
    return {name: parse_wheel_filename(name)[3] for name in names if name.endswith(".whl")}


def test_there_is_an_app_for_every_way_to_declare_dependencies() -> None:
    kinds = {
        "poetry": [a for a in APPS if "poetry" in pyproject(a).get("tool", {})],
        "project": [a for a in APPS if "project" in pyproject(a)],
        "requirements.txt": [a for a in APPS if (a / "requirements.txt").exists()],
        "platform": [
            a
            for a in APPS
            if "dependencies" in pyproject(a).get("tool", {}).get("flet", {}).get("ios", {})
        ],
    }
    assert all(kinds.values()), kinds
    assert len(APPS) >= 8


def test_the_readme_has_a_line_for_every_app_and_no_other() -> None:
    lines = (DATA / "apps" / "README.md").read_text(encoding="utf-8").splitlines()
    described = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert sorted(described) == [app.name for app in APPS]


@pytest.mark.parametrize("app", APPS, ids=app_ids)
def test_an_app_uses_what_it_asks_for_and_asks_for_what_it_uses(app: Path) -> None:
    own = {path.stem for path in app.rglob("*.py")}
    modules = imported(app) - own - sys.stdlib_module_names
    assert {canonicalize_name(MODULES.get(module, module)) for module in modules} == declared(app)


@pytest.mark.parametrize("app", APPS, ids=app_ids)
def test_every_package_an_app_asks_for_is_recorded(app: Path) -> None:
    for name in declared(app):
        assert (DATA / "index" / "pypi" / "simple" / name / "index.json").is_file(), name


@pytest.mark.parametrize("app", APPS, ids=app_ids)
def test_an_app_that_has_a_pyproject_names_its_product(app: Path) -> None:
    table = pyproject(app)
    if table:
        assert table["tool"]["flet"]["product"]
        assert (app / table["tool"]["flet"]["app"]["path"] / "main.py").is_file()
    else:
        assert (app / "main.py").is_file()


def test_the_app_that_cannot_be_locked_has_three_blockers() -> None:
    phone = ("any", "android", "ios")
    assert wheel_tags("wikipedia") == {}
    desktop_only = wheel_tags("psycopg2-binary")
    assert desktop_only
    assert not [t for tags in desktop_only.values() for t in tags if t.platform.startswith(phone)]
    android = {t.platform for tags in wheel_tags("curl-cffi").values() for t in tags}
    assert {"android_24_arm64_v8a", "android_24_x86_64", "ios_13_0_arm64_iphoneos"} <= android
    assert "android_24_armeabi_v7a" not in android
    assert "any" not in android
