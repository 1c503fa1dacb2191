import hashlib
import struct
import zipfile
from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from installer.sources import WheelFile
from packaging.metadata import parse_email
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

import build_flet_index
from flet_index.facts import Facts, MobileTarget, read_facts
from flet_index.pages import ListedWheel

DATA = Path(__file__).parents[2] / "data" / "index"
FACTS = DATA / "flet-facts"

PUBLISHED = {
    ("protobuf", "7.35.0", 1): 19,
    ("greenlet", "3.5.1", 1): 19,
    ("yarl", "1.24.2", 1): 19,
    ("contourpy", "1.3.3", 1): 19,
    ("grpcio", "1.81.0", 1): 19,
    ("gdal", "3.13.1", 1): 19,
    ("pyproj", "3.7.2", 1): 19,
    ("pynacl", "1.6.2", 1): 19,
    ("ujson", "5.12.1", 10): 19,
    ("psutil", "7.2.2", 1): 10,
    ("xxhash", "3.8.0", 1): 18,
    ("uuid-utils", "0.17.0", 1): 18,
    ("pyclipper", "1.4.0", 1): 18,
    ("jq", "1.11.0", 2): 18,
    ("zope-interface", "8.5", 1): 18,
}
"""Wheels of a build on the real index, as the recipes' own pages state them."""


class Anchors(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs))


def links(page: Path, root: Path) -> Mapping[str, tuple[str, dict[str, str | None]]]:
    """File path in the tree to fragment and attributes."""
    here = f"http://index/{page.parent.relative_to(root).as_posix()}/"
    found = {}
    for anchor in Anchors(page.read_text(encoding="utf-8")).found:
        url, fragment = urldefrag(urljoin(here, anchor["href"] or ""))
        found[unquote(url.removeprefix("http://index/"))] = (fragment, anchor)
    return found


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts(FACTS / "recipes.toml")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, facts: Facts) -> tuple[Path, list[ListedWheel]]:
    root = tmp_path_factory.mktemp("flet-index")
    return root, build_flet_index.build_tree(root, facts=facts, metadata=FACTS / "metadata")


def test_the_whole_index_has_every_package_and_wheel_of_the_facts(
    whole: tuple[Path, list[ListedWheel]], facts: Facts
) -> None:
    root, wheels = whole
    assert len(facts.package) == 132
    assert len(wheels) == 3_408
    assert {path.parent.name for path in root.glob("simple/*/index.html")} == set(facts.by_name)


def test_builds_have_as_many_wheels_as_the_real_index(
    whole: tuple[Path, list[ListedWheel]],
) -> None:
    found: Counter[tuple[str, str, int]] = Counter()
    for wheel in whole[1]:
        name, version, build, _ = parse_wheel_filename(wheel.filename)
        found[name, str(version), build[0] if build else 0] += 1
    assert {key: found[key] for key in PUBLISHED} == PUBLISHED


def test_every_link_of_the_whole_index_leads_to_the_file_it_promises(
    whole: tuple[Path, list[ListedWheel]],
) -> None:
    root, wheels = whole
    linked: dict[str, tuple[str, dict[str, str | None]]] = {}
    for page in root.glob("simple/*/index.html"):
        linked.update(links(page, root))
    assert set(linked) == {wheel.path for wheel in wheels}
    for path, (fragment, anchor) in linked.items():
        metadata = (root / f"{path}.metadata").read_bytes()
        core = f"sha256={hashlib.sha256(metadata).hexdigest()}"
        assert fragment == f"sha256={hashlib.sha256((root / path).read_bytes()).hexdigest()}"
        assert anchor["data-core-metadata"] == anchor["data-dist-info-metadata"] == core


def test_every_wheel_is_valid_and_says_what_its_name_says(
    whole: tuple[Path, list[ListedWheel]],
) -> None:
    root, wheels = whole
    for wheel in wheels:
        package, version, _, tags = parse_wheel_filename(wheel.filename)
        metadata = (root / f"{wheel.path}.metadata").read_bytes()
        raw, _ = parse_email(metadata)
        assert canonicalize_name(raw["name"]) == package
        assert Version(raw["version"]) == version
        with WheelFile.open(root / wheel.path) as source:
            source.validate_record(validate_contents=True)
            assert source.read_dist_info("METADATA").encode() == metadata
            (tag,) = tags
            assert f"Tag: {tag}\n" in source.read_dist_info("WHEEL")


def test_native_files_carry_the_header_of_their_target(
    whole: tuple[Path, list[ListedWheel]], facts: Facts
) -> None:
    root, wheels = whole
    targets = {target.tag: target for target in facts.target}
    looked_at: Counter[str] = Counter()
    for wheel in wheels:
        (tag,) = parse_wheel_filename(wheel.filename)[3]
        target = targets[tag.platform]
        with zipfile.ZipFile(root / wheel.path) as archive:
            for member in archive.namelist():
                if member.endswith((".so", ".dylib", ".a")):
                    content = archive.read(member)
                    looked_at[tag.platform] += 1
                    if member.endswith(".a"):
                        assert content.startswith(b"!<arch>\n")
                        content = content[68:]
                    check = _check_elf if target.os == "android" else _check_mach_o
                    check(content, target)
    assert set(looked_at) == set(targets)


def _check_elf(content: bytes, target: MobileTarget) -> None:
    wide = target.elf_class == 64
    assert content[:7] == b"\x7fELF" + bytes([2 if wide else 1, 1, 1])
    kind, machine = struct.unpack_from("<HH", content, 16)
    assert (kind, machine) == (3, target.elf_machine)
    headers = struct.unpack_from("<Q" if wide else "<I", content, 32 if wide else 28)[0]
    segment = struct.unpack_from("<II6Q" if wide else "<8I", content, headers)
    assert segment[0] == 1  # PT_LOAD
    assert segment[-1] == 0x4000  # Android 15: 16 KiB pages
    assert segment[5] == len(content) if wide else segment[4] == len(content)


def _check_mach_o(content: bytes, target: MobileTarget) -> None:
    magic, cpu, _, _, commands, size, _, _ = struct.unpack_from("<8I", content)
    assert (magic, cpu) == (0xFEEDFACF, target.macho_cputype)
    assert len(content) == 32 + size
    at, builds = 32, []
    for _ in range(commands):
        command, length = struct.unpack_from("<II", content, at)
        if command == 0x32:  # LC_BUILD_VERSION
            builds.append(struct.unpack_from("<II", content, at + 8))
        at += length
    assert at == len(content)
    major = int(target.macho_minos.split(".")[0])
    assert builds == [(target.macho_platform, major << 16)]


def test_only_the_requirements_known_to_be_malformed_are_malformed(
    whole: tuple[Path, list[ListedWheel]],
) -> None:
    root, wheels = whole
    malformed: set[tuple[str | int, ...]] = set()
    for wheel in wheels:
        raw, _ = parse_email((root / f"{wheel.path}.metadata").read_bytes())
        for requirement in raw.get("requires_dist", []):
            try:
                Requirement(requirement)
            except InvalidRequirement:
                name, version, build, _ = parse_wheel_filename(wheel.filename)
                malformed.add((name, str(version), *build[:1], requirement))
    line = "flet-libcpp-shared (>=>=27.2.12479018)"
    assert malformed == {("contourpy", "1.3.1", 4, line), ("grpcio", "1.67.1", 4, line)}


def test_the_committed_index_is_what_the_generator_writes(tmp_path: Path) -> None:
    out = tmp_path / "flet"
    only = f"@{DATA / 'flet-packages.txt'}"
    assert build_flet_index.main([str(out), "--only", only, "--no-legacy"]) == 0
    assert _tree(out) == _tree(DATA / "flet")


def _tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_the_hosted_layout_has_no_simple_no_metadata_files_and_both_spellings_of_a_name(
    tmp_path: Path,
) -> None:
    out = tmp_path / "hosted"
    build_flet_index.main([str(out), "--only", "brotli", "--layout", "hosted"])
    assert not (out / "simple").exists()
    assert not list(out.rglob("*.metadata"))
    labels = [a["href"] for a in Anchors((out / "index.html").read_text()).found]
    assert labels == ["brotli/", "brotli/"]
    assert ">Brotli</a>" in (out / "index.html").read_text()
    linked = links(out / "brotli" / "index.html", out)
    assert set(linked) == {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.suffix == ".whl"
    }
    for path, (fragment, anchor) in linked.items():
        assert path.startswith("-/ver_")
        assert fragment == f"sha256={hashlib.sha256((out / path).read_bytes()).hexdigest()}"
        assert set(anchor) == {"href"}


def test_links_are_absolute_where_a_base_url_is_given(tmp_path: Path) -> None:
    out = tmp_path / "absolute"
    build_flet_index.main([str(out), "--only", "jiter", "--base-url", "https://pypi.flet.dev"])
    anchors = Anchors((out / "simple" / "jiter" / "index.html").read_text()).found
    assert anchors
    assert all((a["href"] or "").startswith("https://pypi.flet.dev/jiter-") for a in anchors)


def test_builds_that_the_facts_are_less_sure_of_can_be_left_out(tmp_path: Path) -> None:
    out = tmp_path / "sure"
    build_flet_index.main([str(out), "--min-confidence", "high"])
    assert len(list(out.glob("*.whl"))) == 2_097


def test_a_folder_that_is_no_such_tree_is_never_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(SystemExit, match="2"):
        build_flet_index.main([str(tmp_path), "--only", "jiter", "--replace"])
    assert (tmp_path / "precious.txt").read_text() == "mine"
    assert "is not empty" in capsys.readouterr().err


def test_an_older_tree_is_replaced_on_request(tmp_path: Path) -> None:
    out = tmp_path / "tree"
    build_flet_index.main([str(out), "--only", "jiter"])
    with pytest.raises(SystemExit, match="2"):
        build_flet_index.main([str(out), "--only", "pyjnius"])
    build_flet_index.main([str(out), "--only", "pyjnius", "--replace"])
    assert [path.name for path in (out / "simple").iterdir() if path.is_dir()] == ["pyjnius"]


def test_an_unknown_package_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        build_flet_index.main([str(tmp_path / "out"), "--only", "jiter", "no-such-package"])
    assert "no such package in recipes.toml: no-such-package" in capsys.readouterr().err
