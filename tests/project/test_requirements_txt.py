import codecs
from pathlib import Path

import pytest

from fakes.app_folder import AppFolder, noted, told, wanted
from flet_lock.model.app.project import NoteKind

DIGEST = "a" * 64
OTHER_DIGEST = "B" * 64


def test_comments_blank_lines_and_continuations_are_read_as_pip_reads_them(app: AppFolder) -> None:
    project, _ = app.read(
        requirements_txt=(
            "# the app\n\nflet>=0.80  # the framework\nnumpy \\\n    >=2, \\\n    <3\npillow\n"
        )
    )

    assert wanted(project) == ["flet>=0.80", "numpy<3,>=2", "pillow"]
    assert [each.place.line for each in project.requirements] == [3, 4, 7]


def test_a_comment_ends_a_continuation(app: AppFolder) -> None:
    project, _ = app.read(requirements_txt="numpy \\\n# a comment \\\npillow\n")

    assert wanted(project) == ["numpy", "pillow"]


def test_a_last_line_that_goes_on_is_read(app: AppFolder) -> None:
    project, _ = app.read(requirements_txt="numpy>=2 \\")

    assert wanted(project) == ["numpy>=2"]


def test_the_old_form_with_parentheses_is_read(app: AppFolder) -> None:
    project, _ = app.read(requirements_txt="numpy (==1.0)\n")

    assert wanted(project) == ["numpy==1.0"]


def test_hashes_belong_to_their_requirement(app: AppFolder) -> None:
    project, _ = app.read(
        requirements_txt=f"numpy==2.0 \\\n  --hash=sha256:{OTHER_DIGEST} --hash sha256:{DIGEST}\n"
    )

    assert wanted(project) == [
        f"numpy==2.0 --hash=sha256:{DIGEST} --hash=sha256:{OTHER_DIGEST.lower()}"
    ]


@pytest.mark.parametrize("value", ["sha256:abc", "md5:" + "a" * 32, "nonsense"])
def test_a_hash_that_cannot_be_one_is_a_fault(app: AppFolder, value: str) -> None:
    assert told(app.faults(requirements_txt=f"\nnumpy --hash={value}\n")) == [
        ("requirements.txt:2", "bad-value", f"--hash={value}")
    ]


def test_included_files_are_relative_to_the_including_file(app: AppFolder) -> None:
    app.write("reqs/base.txt", "-rmore/extra.txt\n--constraint=bounds.txt\nflet\n")
    app.write("reqs/more/extra.txt", "numpy\n")
    app.write("reqs/bounds.txt", "numpy<3\n")

    project, _ = app.read(requirements_txt="--requirement reqs/base.txt\n")

    assert wanted(project) == ["numpy", "flet"]
    assert [str(each.place) for each in project.requirements] == [
        "reqs/more/extra.txt:1",
        "reqs/base.txt:3",
    ]
    assert [(str(each.requirement), str(each.place)) for each in project.constraints] == [
        ("numpy<3", "reqs/bounds.txt:1")
    ]


def test_a_file_outside_the_project_is_named_relative_to_it(app: AppFolder) -> None:
    app.write("../shared.txt", "numpy\n")

    project, _ = app.read(requirements_txt="-r ../shared.txt\n")

    assert str(project.requirements[0].place) == "../shared.txt:1"


def test_files_that_include_each_other_are_a_fault_with_the_circle(app: AppFolder) -> None:
    app.write("a.txt", "-r requirements.txt\n")

    faults = app.faults(requirements_txt="flet\n-r a.txt\n")

    assert told(faults) == [("a.txt:1", "cycle", "requirements.txt")]
    assert faults[0].detail == "requirements.txt → a.txt → requirements.txt"


def test_a_file_that_two_others_include_is_no_circle(app: AppFolder) -> None:
    app.write("base.txt", "flet\n")
    app.write("a.txt", "-r base.txt\n")

    project, _ = app.read(requirements_txt="-r a.txt\n-r base.txt\n")

    assert wanted(project) == ["flet"]


def test_index_options_shape_the_indexes(app: AppFolder) -> None:
    (app.root / "wheels").mkdir()

    project, settings = app.read(
        requirements_txt=(
            "-i https://mirror.example/simple\n"
            "--extra-index-url=https://u:p@corp.example/simple\n"
            "-f wheels\n--pre\nflet\n"
        )
    )

    assert project.indexes.default_index == "https://mirror.example/simple"
    assert settings.prereleases is True
    assert [(each.name, each.location) for each in settings.indexes] == [
        ("pypi", "https://mirror.example/simple"),
        ("requirements-1", "https://u:p@corp.example/simple"),
        ("requirements-2", str(app.root / "wheels")),
        ("flet", "https://pypi.flet.dev"),
    ]


def test_no_index_leaves_only_the_folders(app: AppFolder) -> None:
    (app.root / "wheels").mkdir()

    _, settings = app.read(
        requirements_txt="--no-index\n--extra-index-url https://x.example\n-f ./wheels\nflet\n"
    )

    assert [each.location for each in settings.indexes] == [str(app.root / "wheels")]


def test_settings_win_over_index_options(app: AppFolder) -> None:
    _, settings = app.read(
        requirements_txt="-i https://mirror.example/simple\nflet\n",
        options={"default-index": "https://chosen.example/simple"},
    )

    assert settings.indexes[0].location == "https://chosen.example/simple"


def test_a_page_of_links_is_not_taken_for_an_index(app: AppFolder) -> None:
    assert told(app.faults(requirements_txt="-f https://x.example/links.html\n")) == [
        ("requirements.txt:1", "unsupported", "https://x.example/links.html")
    ]


def test_known_options_that_do_not_matter_are_noted(app: AppFolder) -> None:
    project, settings = app.read(
        requirements_txt=(
            "--only-binary :all:\n--no-binary numpy\n--prefer-binary\n--require-hashes\n"
            "--trusted-host corp.example\n--use-feature fast-deps\n"
            "numpy --config-settings a=b --pre\n"
        )
    )

    assert wanted(project) == ["numpy"]
    assert noted(project) == [
        (NoteKind.OPTION_IGNORED, "requirements.txt:1", "--only-binary :all:"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:2", "--no-binary numpy"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:3", "--prefer-binary"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:4", "--require-hashes"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:5", "--trusted-host corp.example"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:6", "--use-feature fast-deps"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:7", "--config-settings a=b"),
        (NoteKind.OPTION_IGNORED, "requirements.txt:7", "--pre"),
    ]
    assert settings.prereleases == ()


def test_an_unknown_option_is_named_with_its_line(app: AppFolder) -> None:
    faults = app.faults(requirements_txt="flet\n\n--frobnicate yes\nnumpy --nope\n-z\n")

    assert told(faults) == [
        ("requirements.txt:3", "unknown-option", "--frobnicate"),
        ("requirements.txt:4", "unknown-option", "--nope"),
        ("requirements.txt:5", "unknown-option", "-z"),
    ]


@pytest.mark.parametrize("line", ["--index-url", "-r", "--hash 'open", "-r a.txt b.txt"])
def test_options_that_cannot_be_read_are_faults(app: AppFolder, line: str) -> None:
    faults = app.faults(requirements_txt=f"{line}\n")

    assert [(str(each.place), each.kind.value) for each in faults] == [
        ("requirements.txt:1", "bad-value")
    ]


def test_variables_are_filled_in_and_never_told(app: AppFolder) -> None:
    text = "--extra-index-url https://${TOKEN}@corp.example/simple\nnumpy==${TOKEN}\n${UNSET}x y\n"

    faults = app.faults(requirements_txt=text, environ={"TOKEN": "s3cret"})

    assert told(faults) == [
        ("requirements.txt:2", "bad-specifier", "numpy==${TOKEN}"),
        ("requirements.txt:3", "bad-requirement", "${UNSET}x y"),
    ]
    assert "s3cret" not in repr(faults)


def test_filled_in_variables_reach_the_index(app: AppFolder) -> None:
    project, _ = app.read(
        requirements_txt="--extra-index-url https://${TOKEN}@corp.example/simple\nflet\n",
        environ={"TOKEN": "s3cret"},
    )

    assert project.indexes.extra_indexes == ("https://s3cret@corp.example/simple",)


def test_urls_and_paths_become_direct_references(app: AppFolder) -> None:
    app.write("vendor/Foo_bar-1.0-py3-none-any.whl", b"")
    app.write("vendor/spam-2.0.tar.gz", b"")
    app.write("lib/pyproject.toml", '[project]\nname = "My.Lib"\n')
    lines = [
        "./vendor/Foo_bar-1.0-py3-none-any.whl",
        "vendor/spam-2.0.tar.gz ; python_version > '3'",
        "./lib[fast]",
        "https://x.example/a%20b/eggs-3.1-py3-none-any.whl#sha256=" + DIGEST,
        "git+https://x.example/repo.git@v1#egg=ham[x]&subdirectory=sub",
        "named @ https://x.example/named-1.zip",
        "local @ file:lib",
        "-e ./lib",
        "-e git+ssh://git@x.example/repo#egg=edit",
    ]

    project, _ = app.read(requirements_txt="\n".join(lines))

    assert wanted(project) == [
        "foo-bar @ file:./vendor/Foo_bar-1.0-py3-none-any.whl",
        'spam @ file:./vendor/spam-2.0.tar.gz ; python_version > "3"',
        "my-lib[fast] @ file:./lib",
        f"eggs @ https://x.example/a%20b/eggs-3.1-py3-none-any.whl#sha256={DIGEST}",
        "ham[x] @ git+https://x.example/repo.git@v1#subdirectory=sub",
        "named @ https://x.example/named-1.zip",
        "local @ file:./lib",
        "my-lib @ file:./lib",
        "edit @ git+ssh://git@x.example/repo",
    ]
    assert [each[1:] for each in noted(project)] == [
        ("requirements.txt:8", "--editable"),
        ("requirements.txt:9", "--editable"),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("numpy>=", "bad-specifier"),
        ("numpy; os_nam == 'x'", "bad-marker"),
        ("numpy pillow", "bad-requirement"),
        ("./absent.whl", "missing-file"),
        ("absent @ ./absent", "missing-file"),
        ("https://x.example/archive.whl", "bad-requirement"),
        ("git+https://x.example/repo.git", "bad-requirement"),
        ("./nameless", "bad-requirement"),
        ("-r absent.txt", "missing-file"),
        ("-c absent.txt", "missing-file"),
        ("-r https://x.example/r.txt", "unsupported"),
        ("-f absent", "missing-file"),
        ("-i ./absent", "missing-file"),
    ],
)
def test_each_fault_has_its_kind_line_and_text(app: AppFolder, line: str, kind: str) -> None:
    (app.root / "nameless").mkdir()

    faults = app.faults(requirements_txt=f"flet\n{line}\n")

    value = line.partition(" ")[2] if line.startswith("-") else line
    assert told(faults) == [("requirements.txt:2", kind, value)]


def test_a_constraint_cannot_have_extras(app: AppFolder) -> None:
    app.write("bounds.txt", "numpy[x]<3\n")

    assert told(app.faults(requirements_txt="-c bounds.txt\n")) == [
        ("bounds.txt:1", "unsupported", "numpy[x]<3")
    ]


def test_ten_faults_over_several_files_are_all_reported(app: AppFolder) -> None:
    app.write("more.txt", "".join(f"bad {number}\n" for number in range(4)))

    faults = app.faults(
        requirements_txt="a b\nflet\n--nope\n-r more.txt\nx>=\n./none\n-r none.txt\nq; z\n"
    )

    assert [str(each.place) for each in faults] == [
        "requirements.txt:1",
        "requirements.txt:3",
        "more.txt:1",
        "more.txt:2",
        "more.txt:3",
        "more.txt:4",
        "requirements.txt:5",
        "requirements.txt:6",
        "requirements.txt:7",
        "requirements.txt:8",
    ]


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"flet\n# \xc3\xa4\n",
        "flet\n# ä\n".encode("utf-16"),
        "flet\n# ä\n".encode("utf-32"),
        b"# -*- coding: latin-1 -*-\nflet\n# \xe4\n",
        b"flet\r\n# windows\r\n",
    ],
)
def test_encodings_are_told_by_mark_or_comment(app: AppFolder, content: bytes) -> None:
    project, _ = app.read(requirements_txt=content)

    assert wanted(project) == ["flet"]


def test_bytes_that_are_not_text_are_a_fault_with_their_line(app: AppFolder) -> None:
    assert told(app.faults(requirements_txt=b"flet\n# \xe4\n")) == [
        ("requirements.txt:2", "unreadable", "requirements.txt")
    ]
    faults = app.faults(requirements_txt=b"# coding: klingon\nflet\n")
    assert [each.detail for each in faults] == ["unknown encoding klingon"]


def test_a_folder_in_place_of_the_file_is_a_fault(app: AppFolder) -> None:
    Path(app.root / "requirements.txt").mkdir()

    assert told(app.faults()) == [("requirements.txt", "unreadable", "requirements.txt")]
