from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.project.canonical import canonical_requirement, canonical_text

ROOT = Path("/home/me/app").absolute()


def canonical(text: str, *hashes: str) -> str:
    entry = ProjectRequirement(requirement=Requirement(text), place=Place(file="x"), hashes=hashes)
    return canonical_requirement(entry, root=ROOT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo_Bar", "foo-bar"),
        ("foo [B_c, a] >= 1, <2", "foo[a,b-c]<2,>=1"),
        ("foo;python_version>'3'", 'foo; python_version > "3"'),
        ("foo @ https://u:p@x.example/f.zip", "foo @ https://****@x.example/f.zip"),
        ("foo @ git+ssh://git@x.example/r@v1", "foo @ git+ssh://git@x.example/r@v1"),
    ],
)
def test_spellings_of_one_requirement_become_one_text(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (ROOT / "lib", "file:./lib"),
        (ROOT / "a b" / "x.whl", "file:./a%20b/x.whl"),
        (ROOT, "file:."),
        (ROOT.parent, "file:.."),
        (ROOT.parent / "other", "file:../other"),
        (ROOT / "..hidden", "file:./..hidden"),
    ],
)
def test_files_are_relative_to_the_project(path: Path, expected: str) -> None:
    assert canonical(f"foo @ {path.as_uri()}") == f"foo @ {expected}"


def test_fragments_and_markers_stay_beside_a_file() -> None:
    url = f"git+{(ROOT / 'repo').as_uri()}@v1#subdirectory=x"

    assert (
        canonical(f"foo @ {url} ; os_name == 'a'")
        == 'foo @ git+file:./repo@v1#subdirectory=x ; os_name == "a"'
    )


def test_hashes_are_sorted_and_named_once() -> None:
    assert canonical("foo==1", "sha256:b", "sha256:a", "sha256:b") == (
        "foo==1 --hash=sha256:a --hash=sha256:b"
    )


specifiers = st.lists(
    st.builds(
        lambda operator, version: f"{operator}{version}",
        st.sampled_from([">=", "<", "!=", "==", "~="]),
        st.sampled_from(["1.0", "2.1", "3.0.1"]),
    ),
    max_size=4,
    unique=True,
)


@given(specifiers, st.permutations(["a", "B_b", "c"]), st.randoms(use_true_random=False))
def test_order_and_case_do_not_matter_and_the_text_means_the_same(
    parts: list[str], extras: list[str], random: Random
) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)
    one = canonical_text(Requirement(f"Foo.Bar[{','.join(extras)}]{','.join(parts)}"), root=ROOT)
    other = canonical_text(Requirement(f"foo_bar[c,b-b,A]{','.join(shuffled)}"), root=ROOT)

    assert one == other
    assert Requirement(one).specifier == Requirement(f"x{','.join(parts)}").specifier
    assert canonical_text(Requirement(one), root=ROOT) == one
