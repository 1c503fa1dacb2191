"""A lock as a requirements file, in pip's own hands."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.index_server import IndexServer
from fakes.installers import clean_environment, pip_install
from fakes.locked_app import LockedApp, tree_of
from fakes.wheels import make_sdist, make_wheel
from flet_lock.install.lock_requirements import render_requirements
from flet_lock.lockfile.package import LockedTree
from flet_lock.model.answer.resolution import Edge
from flet_lock.model.errors.install import NotExportable, SlicesNotLocked

needs_pip = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="pip is not installed"
)


def test_a_file_tells_for_whom_it_is_where_the_files_are_and_who_asked(app: LockedApp) -> None:
    app.binary("beta")
    alpha = app.pure("alpha")
    app.packages = [
        replace(one, dependencies=(alpha.package,)) if one.package == "beta" else one
        for one in app.packages
    ]
    edge = Edge(package=alpha.package, slices=app.slices)
    text = render_requirements(replace(app.lock, requires=(edge,)))
    digest = alpha.wheels[0].hashes["sha256"]
    head, _, rest = text.partition("alpha==")
    assert head == (
        "# Made by `flet-lock export` from pylock.android.toml. Do not edit.\n"
        "# For Python 3.13 on Android: arm64-v8a, armeabi-v7a, x86_64.\n"
        "--no-index\n"
        "--find-links ./wheels\n"
        "--only-binary :all:\n"
        "\n"
    )
    assert rest.startswith(
        f"1.0 \\\n    --hash=sha256:{digest}\n    # via\n    #   the app\n    #   beta\n\nbeta==1.0"
    )
    assert rest.count("--hash=") == 4, "one for alpha, one for each slice's beta"


def test_indexes_become_options_with_pypi_first(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        app.pure("alpha")
        app.pure("beta")
    beta = app.packages[1]
    moved = tuple(replace(file, index="https://pypi.org/simple") for file in beta.wheels)
    app.packages[1] = replace(beta, wheels=moved)
    lines = render_requirements(app.lock).splitlines()
    assert lines[2:5] == [
        "--index-url https://pypi.org/simple",
        f"--extra-index-url {server.url}",
        "--only-binary :all:",
    ]


def test_a_package_that_only_some_slices_need_has_its_marker_until_a_file_is_for_those(
    app: LockedApp,
) -> None:
    app.pure("everywhere")
    app.pure("some", slices=["arm64-v8a"])
    app.packages[1] = replace(app.packages[1], marker="platform_machine != 'x86_64'")
    assert "some==1.0 ; platform_machine != 'x86_64' \\" in render_requirements(app.lock)
    assert "some==1.0 \\" in render_requirements(app.lock, ["arm64-v8a"])
    assert "some" not in render_requirements(app.lock, ["x86_64"])


def test_a_package_built_from_source_is_let_in_by_name(app: LockedApp) -> None:
    file = app.serve("oldie", "oldie-1.0.tar.gz", make_sdist("oldie", "1.0"))
    app.add("oldie", "1.0", dict.fromkeys(app.slices, file), sdist=file)
    lines = render_requirements(app.lock).splitlines()
    assert lines[lines.index("--only-binary :all:") + 1] == "--no-binary oldie"


def test_a_direct_url_is_named_with_its_hash(app: LockedApp) -> None:
    with IndexServer() as server:
        app.server = server
        served = app.serve("direct", "direct-1.0-py3-none-any.whl", make_wheel("direct", "1.0"))
        file = replace(served, index=None)
        app.add("direct", "1.0", dict.fromkeys(app.slices, file), archive=file)
    text = render_requirements(app.lock)
    assert f"direct @ {file.url} \\\n    --hash=sha256:{file.hashes['sha256']}\n" in text
    assert "--no-index" in text


def test_a_repository_cannot_be_exported(app: LockedApp) -> None:
    tree = LockedTree(
        name="widgets",
        vcs="git",
        url="https://git.example/widgets.git",
        path=None,
        commit="c" * 40,
        requested_revision=None,
        subdirectory=None,
    )
    app.add("widgets", "1.0", {}, tree=tree)
    with pytest.raises(NotExportable) as caught:
        render_requirements(app.lock)
    assert caught.value.packages == ("widgets",)
    assert caught.value.reason == "source-tree"


def test_a_hash_that_pip_does_not_know_cannot_be_exported(app: LockedApp) -> None:
    app.pure("alpha", hashes={"blake2b": "0" * 128})
    with pytest.raises(NotExportable) as caught:
        render_requirements(app.lock)
    assert caught.value.reason == "hash"


def test_a_slice_that_is_not_locked_cannot_be_exported(app: LockedApp) -> None:
    app.pure("alpha")
    with pytest.raises(SlicesNotLocked) as caught:
        render_requirements(app.lock, ["iphoneos.arm64"])
    assert caught.value.slices == ("iphoneos.arm64",)


@needs_pip
def test_pip_installs_it_for_a_slice_and_takes_no_other_file(
    app: LockedApp, tmp_path: Path
) -> None:
    app.root = tmp_path / "app with a blank"
    app.root.mkdir()
    app.binary("beta")
    app.pure("alpha")
    requirements = app.root / "requirements.lock"
    requirements.write_text(render_requirements(app.lock))
    done = pip_install(requirements, "arm64-v8a", tmp_path / "site", home=tmp_path)
    assert done.returncode == 0, done.stderr
    found = tree_of(tmp_path / "site")
    assert found["beta/_native.so"] == b"ELF arm64-v8a"
    assert "alpha/__init__.py" in found

    wheel = app.root / "wheels" / "alpha-1.0-py3-none-any.whl"
    wheel.write_bytes(make_wheel("alpha", "1.0", files={"alpha/__init__.py": b"evil"}))
    done = pip_install(requirements, "arm64-v8a", tmp_path / "other", home=tmp_path)
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr


@needs_pip
def test_pip_finds_the_wheels_of_a_server_and_a_wheel_by_its_url(
    app: LockedApp, tmp_path: Path
) -> None:
    with IndexServer() as server:
        app.server = server
        app.binary("beta")
        served = app.serve("direct", "direct-1.0-py3-none-any.whl", make_wheel("direct", "1.0"))
        file = replace(served, index=None)
        app.add("direct", "1.0", dict.fromkeys(app.slices, file), archive=file)
        requirements = app.root / "requirements.lock"
        requirements.write_text(render_requirements(app.lock))
        done = pip_install(requirements, "x86_64", tmp_path / "site", home=tmp_path)
    assert done.returncode == 0, done.stderr
    found = tree_of(tmp_path / "site")
    assert found["beta/_native.so"] == b"ELF x86_64"
    assert "direct/__init__.py" in found


def test_nothing_of_pip_is_imported_to_write_it() -> None:
    code = (
        "import sys, flet_lock.install.lock_requirements; "
        "assert not {'httpx', 'rich', 'pip', 'installer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=clean_environment(Path("/")))
