import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from fakes.repositories import package
from flet_lock.index.pages.filename import (
    BadFilename,
    parse_version,
    parse_wheel_parts,
    version_text,
)
from flet_lock.index.pages.page_rows import _LastRelease


@pytest.mark.parametrize(
    ("filename", "of", "version"),
    [
        ("demo-1.0-py3-none-any.whl", "demo", "1.0"),
        ("PyYAML-6.0.2-10-cp312-cp312-ios_13_0_arm64_iphoneos.whl", "pyyaml", "6.0.2"),
        ("ruamel_yaml_clib-0.2.12-cp313-cp313-android_24_x86_64.whl", "ruamel-yaml-clib", "0.2.12"),
        ("ruamel.yaml-0.18-py3-none-any.whl", "ruamel-yaml", "0.18"),
        ("demo-1.0+local.1-py2.py3-none-any.whl", "demo", "1.0+local.1"),
        ("demo-1.0.tar.gz", "demo", "1.0"),
        ("demo-1.0.zip", "demo", "1.0"),
        ("demo-1.0.tar.bz2", "demo", "1.0"),
        ("a-b-1.0.tar.gz", "a-b", "1.0"),
        ("a_b-1.0.tar.gz", "a-b", "1.0"),
        ("a-1.0-1.tar.gz", "a", "1.0-1"),  # 1.0-1 is how 1.0.post1 was written
    ],
)
def test_the_version_is_found(filename: str, of: str, version: str) -> None:
    assert version_text(filename, package(of)) == version


@pytest.mark.parametrize(
    ("filename", "of", "reason"),
    [
        ("demo-1.0-py3-none.whl", "demo", "4 parts"),
        ("demo-1.0-a-b-py3-none-any.whl", "demo", "7 parts"),
        ("demo-1.0-x1-py3-none-any.whl", "demo", "build tag"),
        ("demo-1.0-py3-none-.whl", "demo", ""),
        ("other-1.0-py3-none-any.whl", "demo", "other"),
        ("de__mo-1.0-py3-none-any.whl", "de-mo", "escaped"),
        ("demo-unknown-py3-none-any.whl", "demo", "PEP 440"),
        (f"demo-{'9' * 5000}-py3-none-any.whl", "demo", "5022 characters"),
        (f"demo-1.0-{'9' * 5000}-py3-none-any.whl", "demo", "5026 characters"),
        ("demo-1.0\n-py3-none-any.whl", "demo", "cannot be in one"),
        ("demo-1.0-py3-none-any\x1b.whl", "demo", "cannot be in one"),
        ("demo-1.0-py3-none-../../any.whl", "demo", "cannot be in one"),
        ("demo-../1.0.tar.gz", "demo", "cannot be in one"),
        ("demo-1.0\n.tar.gz", "demo", "cannot be in one"),
        ("demo-2004d.tar.gz", "demo", "PEP 440"),
        ("a-b-1.0.tar.gz", "a", "PEP 440"),
        ("other-1.0.tar.gz", "demo", "demo"),
        ("demo.tar.gz", "demo", "demo"),
        ("demo-1.0-py2.7.egg", "demo", "neither"),
        ("demo-1.0.win32.exe", "demo", "neither"),
        ("demo-1.0-1.noarch.rpm", "demo", "neither"),
    ],
)
def test_what_is_not_a_file_of_the_package_says_why(filename: str, of: str, reason: str) -> None:
    with pytest.raises(BadFilename) as caught:
        version_text(filename, package(of))
    assert reason in str(caught.value)
    assert str(caught.value)


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9._]{0,6}", fullmatch=True)
PARTS = st.text("abAB019._+-", min_size=0, max_size=6)
FILENAMES = st.builds(
    "{}-{}-{}{}-{}-{}.whl".format,
    NAMES,
    st.sampled_from(["1.0", "8.11", "1!2", "1.0.dev1", "x", "1.0+a", "", "v1"]),
    st.sampled_from(["", "", "1-", "10a-", "x-", "-"]),
    st.sampled_from(["py3", "cp313.py3", "", "py3."]),
    st.sampled_from(["none", "abi3", "cp313"]),
    st.one_of(st.sampled_from(["any", "android_24_x86_64"]), PARTS),
)


@given(FILENAMES)
def test_a_wheel_name_is_taken_if_and_only_if_packaging_takes_it(filename: str) -> None:
    try:
        name, version, build, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        with pytest.raises(BadFilename):
            version_text(filename, canonicalize_name(filename.partition("-")[0]))
    else:
        assert parse_version(version_text(filename, name)) == version
        assert parse_wheel_parts(filename) == (build, tags)


def test_tags_and_build_tag_are_those_of_the_name() -> None:
    build, tags = parse_wheel_parts("demo-1.0-12b-py2.py3-none-any.whl")
    assert build == (12, "b")
    assert tags == {Tag("py2", "none", "any"), Tag("py3", "none", "any")}


NAMES_OF_DEMO = st.builds(
    lambda name, version, build, tags, suffix: (
        "-".join(part for part in (name, version, build, tags) if part) + suffix
    ),
    st.sampled_from(["demo", "Demo", "other", "de-mo"]),
    st.sampled_from(["1.0", "1.0.0", "1", "x"]),
    st.sampled_from(["", "", "1", "b"]),
    st.sampled_from(["py3-none-any", "cp314-cp314-android_24_x86_64", "py3-none", "a-b-c-d", ""]),
    st.sampled_from([".whl", ".whl", ".tar.gz"]),
)


@given(names=st.lists(NAMES_OF_DEMO, max_size=6))
def test_versions_in_a_row_are_those_one_by_one(names: list[str]) -> None:
    demo = package("demo")
    last = _LastRelease(demo)
    for name in names:
        try:
            alone: object = version_text(name, demo)
        except BadFilename as error:
            alone = str(error)
        try:
            together: object = last.version_text(name)
        except BadFilename as error:
            together = str(error)
        assert together == alone
