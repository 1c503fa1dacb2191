"""What holds for any text in the project's files.

No deadline: each example writes files, and how long that takes is not ours to say.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes.app_folder import NOW, wanted
from fakes.flet_versions import GENERATIONS
from flet_lock.model.errors.project import ProjectError
from flet_lock.model.errors.usage import UsageError
from flet_lock.project.app import read_project

WORDS = st.sampled_from(
    [
        "numpy", "==1", ">=", "[x]", ";", "python_version > '3'", "@", "https://u:p@h/x.whl", "./x",
        "-r", "-c", "-e", "-i", "--pre", "--hash", "=sha256:00", "--nope", "\\", "\n", "\r", " ",
        "#", "${A}", "'", '"', "git+", "#egg=x", "file:", "requirements.txt", ",", "(", "\x00", "é",
    ]
)  # fmt: skip
LINES = st.lists(WORDS | st.text(max_size=8), max_size=25).map("".join)

SCALARS = st.one_of(
    st.booleans(),
    st.integers(-5, 30),
    st.floats(allow_nan=False),
    st.sampled_from(["", "flet", "^1.2", "~1 || ^3", "* ", ".", "x=y", "3.13", "7 days", "a b"]),
    st.text(st.characters(codec="utf-8"), max_size=6),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "git", "path", "url", "extras", "name", "numpy", "a b"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    [
        "project", "project.name", "project.dependencies", "project.requires-python",
        "project.optional-dependencies", "project.optional-dependencies.x", "dependency-groups",
        "dependency-groups.dev", "tool", "tool.poetry", "tool.poetry.dependencies",
        "tool.poetry.dependencies.numpy", "tool.poetry.extras.x", "tool.poetry.group.dev",
        "tool.poetry.group.dev.dependencies", "tool.flet.android.dependencies",
        "tool.flet.target_arch", "tool.flet.ios.dev_packages", "tool.flet.source_packages",
        "tool.flet.android.min_sdk_version", "tool.flet-lock", "tool.flet-lock.indexes",
        "tool.flet-lock.index.corp", "tool.flet-lock.sources", "tool.flet-lock.groups",
        "tool.flet-lock.extras", "tool.flet-lock.exclude-newer", "tool.flet-lock.constraints",
        "tool.flet-lock.platform", "tool.flet-lock.prereleases", "tool.flet-lock.connections",
    ]
)  # fmt: skip


def toml(value: object) -> str:
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value) if "e" not in repr(value) else "1.5"
    return json.dumps(value).replace("\\u007f", "\\u007F")


def read_or_refuse(
    folder: Path, *, options: Mapping[str, object] | None = None
) -> list[str] | None:
    """What the app wants; None where it was refused as it should be."""
    refusal: ProjectError | UsageError
    try:
        project, _ = read_project(
            folder,
            options=options or {},
            environ={"A": "b", "HOME": str(folder)},
            generations=GENERATIONS,
            now=NOW,
        )
    except (ProjectError, UsageError) as error:
        refusal = error
    else:
        return wanted(project)
    assert not isinstance(refusal, ProjectError) or refusal.faults
    assert "u:p" not in repr(refusal)
    return None


@settings(max_examples=60, deadline=None)
@given(LINES)
@example("-r requirements.txt\n")
@example("a;" + "(" * 3000)
def test_any_requirements_txt_is_read_or_refused_with_faults(text: str) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "requirements.txt").write_text(text, encoding="utf-8", newline="")
        read_or_refuse(Path(name))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_faults(content: bytes) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "requirements.txt").write_bytes(content)
        (Path(name) / "pyproject.toml").write_bytes(content)
        read_or_refuse(Path(name))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_pyproject_is_read_or_refused_with_faults(content: Mapping[str, object]) -> None:
    text = "\n".join(f"{key} = {toml(value)}" for key, value in content.items())
    with TemporaryDirectory() as name:
        (Path(name) / "pyproject.toml").write_text(text, encoding="utf-8")
        read_or_refuse(Path(name))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["index", "platform", "python-version", "exclude-newer", "strict",
                         "connections", "sources", "group", "constraints", "cache-dir"]),
        st.one_of(st.text(max_size=12), st.lists(st.text(max_size=6), max_size=2), st.booleans()),
        max_size=3,
    )
)  # fmt: skip
def test_any_options_are_read_or_refused(options: Mapping[str, object]) -> None:
    with TemporaryDirectory() as name:
        read_or_refuse(Path(name), options=options)


REQUIREMENTS = st.lists(
    st.sampled_from(
        [
            "flet>=0.80",
            "numpy",
            "Pillow<12,>=11",
            "httpx[http2]; python_version > '3'",
            "a @ https://h.example/a.zip",
        ]
    ),
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(REQUIREMENTS, st.data())
def test_order_comments_and_layout_do_not_change_what_is_wanted(
    requirements: list[str], data: st.DataObject
) -> None:
    plain = "\n".join(requirements) + "\nlast"
    shuffled = data.draw(st.permutations([*requirements, "last"]))
    decorated = "".join(
        data.draw(st.sampled_from(["", "\n", "# note\n", "  # note \\\n"]))
        + data.draw(st.sampled_from(["", "  "]))
        + line.replace(" ", data.draw(st.sampled_from([" ", " \\\n ", "   "])))
        + data.draw(st.sampled_from(["\n", "  # note\n", "\r\n"]))
        for line in shuffled
    )
    answers = []
    for text in (plain, decorated):
        with TemporaryDirectory() as name:
            (Path(name) / "requirements.txt").write_text(text, encoding="utf-8", newline="")
            found = read_or_refuse(Path(name))
            assert found is not None
            answers.append(sorted(found))
    assert answers[0] == answers[1]
