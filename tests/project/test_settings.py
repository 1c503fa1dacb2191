from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fakes.app_folder import NOW, AppFolder, told
from flet_lock.model.app.settings import Index, Settings
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform
from flet_lock.project.settings.cutoff import InvalidCutoffError, parse_cutoff

TABLE = "[tool.flet-lock]\n"


def test_without_anything_set_the_defaults_hold(app: AppFolder) -> None:
    _, settings = app.read()

    assert settings == Settings()


def test_every_key_is_read_from_the_table(app: AppFolder) -> None:
    _, settings = app.read("""
        [dependency-groups]
        dev = []
        [project.optional-dependencies]
        x = []
        [tool.flet-lock]
        platform = "ios"
        arch = ["iphoneos.arm64"]
        python-version = "3.13"
        android-api = 26
        ios-version = "15.0"
        groups = ["Dev"]
        extra = "x"
        constraints = ["numpy<3"]
        overrides = ["pillow==11"]
        exclude-newer = 2026-01-31
        prereleases = ["Foo_Bar"]
        same-versions = true
        strict = true
        offline = true
        refresh = true
        no-cache = true
        cache-dir = ".cache/locks"
        connections = 4
        budget-seconds = 2.5
        """)

    assert settings == Settings(
        platforms=(Platform.IOS,),
        archs=("iphoneos.arm64",),
        python_version="3.13",
        android_api=26,
        ios_version=(15, 0),
        groups=("dev",),
        extras=("x",),
        constraints=(Requirement("numpy<3"),),
        overrides=(Requirement("pillow==11"),),
        exclude_newer=datetime(2026, 2, 1, tzinfo=UTC),
        prereleases=(canonicalize_name("foo-bar"),),
        same_versions=True,
        strict=True,
        offline=True,
        refresh=True,
        no_cache=True,
        cache_dir=str(app.root / ".cache" / "locks"),
        connections=4,
        budget_seconds=2.5,
    )


def test_options_win_over_the_environment_and_that_over_the_table(app: AppFolder) -> None:
    text = TABLE + 'python-version = "3.12"\nconnections = 2\nstrict = true\n'
    environ = {"FLET_LOCK_PYTHON_VERSION": "3.13", "FLET_LOCK_CONNECTIONS": "3"}

    _, settings = app.read(text, environ=environ, options={"python-version": "3.14"})

    assert settings.python_version == "3.14"
    assert settings.connections == 3
    assert settings.strict


def test_options_that_were_not_given_change_nothing(app: AppFolder) -> None:
    _, settings = app.read(
        TABLE + 'platform = "ios"\nstrict = true\n', options={"platform": [], "strict": None}
    )

    assert settings.platforms == (Platform.IOS,)
    assert settings.strict


def test_the_environment_is_text(app: AppFolder) -> None:
    _, settings = app.read(
        environ={
            "FLET_LOCK_PLATFORM": "ios, android",
            "FLET_LOCK_STRICT": "Yes",
            "FLET_LOCK_OFFLINE": "0",
            "FLET_LOCK_REFRESH": "",
            "FLET_LOCK_INDEX": "corp=https://c.example/simple flet=/srv/flet",
            "FLET_LOCK_SOURCES": "Numpy=corp",
            "FLET_LOCK_PRERELEASES": "a,b",
            "FLET_LOCK_CONSTRAINTS": "numpy<3\npillow ; sys_platform == 'ios'",
            "FLET_LOCK_BUDGET_SECONDS": "5",
        }
    )

    assert settings.platforms == (Platform.ANDROID, Platform.IOS)
    assert (settings.strict, settings.offline, settings.refresh) == (True, False, False)
    assert [(each.name, each.location) for each in settings.indexes] == [
        ("pypi", "https://pypi.org/simple"),
        ("corp", "https://c.example/simple"),
        ("flet", "/srv/flet"),
    ]
    assert settings.sources == (("numpy", "corp"),)
    assert settings.prereleases == ("a", "b")
    assert len(settings.constraints) == 2
    assert settings.budget_seconds == 5.0


def test_upgrades_are_options_of_one_run(app: AppFolder) -> None:
    _, settings = app.read(options={"upgrade": True, "upgrade-package": ["numpy==2.1", "pillow"]})

    assert settings.upgrade
    assert [str(each) for each in settings.upgrade_packages] == ["numpy==2.1", "pillow"]
    faults = app.faults(TABLE + "upgrade = true\n")
    assert told(faults) == [("pyproject.toml [tool.flet-lock].upgrade", "unknown-key", "upgrade")]


@pytest.mark.parametrize(
    "text",
    [
        'index = ["corp=https://c.example/simple"]',
        'index = "Corp=https://c.example/simple"',
        '[tool.flet-lock.index]\ncorp = "https://c.example/simple"',
        '[tool.flet-lock.indexes]\ncorp = {url = "https://c.example/simple"}',
        '[[tool.flet-lock.index]]\nname = "corp"\nurl = "https://c.example/simple"',
    ],
)
def test_indexes_can_be_written_in_several_ways(app: AppFolder, text: str) -> None:
    _, settings = app.read(TABLE + text)

    assert settings.indexes[1] == Index(name="corp", location="https://c.example/simple")


def test_the_users_indexes_stand_between_the_default_and_flets(app: AppFolder) -> None:
    text = TABLE + '[tool.flet-lock.indexes]\nb = "https://b.example"\na = "./wheels"\n'

    _, settings = app.read(text, options={"index": ["c=https://c.example"]})

    assert [(each.name, each.location) for each in settings.indexes] == [
        ("pypi", "https://pypi.org/simple"),
        ("b", "https://b.example"),
        ("a", str(app.root / "wheels")),
        ("c", "https://c.example"),
        ("flet", "https://pypi.flet.dev"),
    ]


def test_a_name_that_is_there_is_replaced_in_its_place_and_stays_explicit(app: AppFolder) -> None:
    text = TABLE + 'indexes = {corp = {url = "https://c.example", explicit = true}}\n'

    _, settings = app.read(
        text, options={"index": ["corp=https://d.example", "pypi=https://p.example"]}
    )

    assert settings.indexes[:2] == (
        Index(name="pypi", location="https://p.example"),
        Index(name="corp", location="https://d.example", explicit=True),
    )


def test_the_flet_index_can_be_replaced_or_left_out(app: AppFolder) -> None:
    for text, options, expected in (
        ("flet-index = false", {}, ["pypi"]),
        ("no-flet-index = true", {}, ["pypi"]),
        ("", {"no-flet-index": True}, ["pypi"]),
        ("flet-index = false", {"index": ["flet=https://f.example"]}, ["pypi", "flet"]),
        ('flet-index = "https://f.example"', {}, ["pypi", "flet"]),
    ):
        _, settings = app.read(TABLE + text, options=options)
        assert [each.name for each in settings.indexes] == expected


def test_folders_of_options_are_relative_to_the_working_directory(
    app: AppFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    _, settings = app.read(options={"default-index": "mirror", "cache-dir": "cache"})

    assert settings.indexes[0].location == str(tmp_path / "mirror")
    assert settings.cache_dir == str(tmp_path / "cache")


@pytest.mark.parametrize(
    ("text", "tail", "kind"),
    [
        ("strickt = true", ".strickt", "unknown-key"),
        ('platform = "windows"', ".platform", "bad-value"),
        ('platform = ["ios", 3]', ".platform[1]", "wrong-type"),
        ("platform = []", ".platform", "bad-value"),
        ('arch = ["mips"]', ".arch[0]", "unknown-arch"),
        ("python-version = 3.13", ".python-version", "wrong-type"),
        ('python-version = "3"', ".python-version", "bad-value"),
        ('android-api = "24"', ".android-api", "wrong-type"),
        ("android-api = 24.0", ".android-api", "wrong-type"),
        ("android-api = 0", ".android-api", "bad-value"),
        ('ios-version = "x"', ".ios-version", "bad-value"),
        ('exclude-newer = "yesterday"', ".exclude-newer", "bad-value"),
        ("exclude-newer = 2026", ".exclude-newer", "wrong-type"),
        ("exclude-newer = 9999-12-31", ".exclude-newer", "bad-value"),
        ('same-versions = "true"', ".same-versions", "wrong-type"),
        ("connections = true", ".connections", "wrong-type"),
        ("connections = 0", ".connections", "bad-value"),
        ("budget-seconds = nan", ".budget-seconds", "bad-value"),
        ("budget-seconds = -1", ".budget-seconds", "bad-value"),
        ('constraints = ["a b"]', ".constraints[0]", "bad-requirement"),
        ('default-index = "ftp://x.example"', ".default-index", "bad-value"),
        ('default-index = ""', ".default-index", "bad-value"),
        ('index = "https://x.example/?a=b"', ".index", "bad-value"),
        ('index = ["corp"]', ".index[0]", "bad-value"),
        ("index = 3", ".index", "wrong-type"),
        ('prereleases = ["a b"]', ".prereleases[0]", "bad-value"),
        ("sources = []", ".sources", "wrong-type"),
        ('cache-dir = "nul\\u0000"', ".cache-dir", "bad-value"),
    ],
)
def test_each_bad_value_is_a_fault_with_its_key(
    app: AppFolder, text: str, tail: str, kind: str
) -> None:
    faults = app.faults(TABLE + text)

    assert [each[:2] for each in told(faults)] == [(f"pyproject.toml [tool.flet-lock]{tail}", kind)]


def test_faults_inside_tables_name_the_inner_key(app: AppFolder) -> None:
    faults = app.faults("""
        [tool.flet-lock.indexes]
        a = {url = 3, explicit = "no", trusted = true}
        "b c" = "https://b.example"
        [tool.flet-lock.sources]
        numpy = "nowhere"
        "x y" = "pypi"
        """)

    indexes = "pyproject.toml [tool.flet-lock.indexes"
    assert told(faults) == [
        (f"{indexes}.a].trusted", "unknown-key", "trusted"),
        (f"{indexes}.a].explicit", "wrong-type", "no"),
        (f"{indexes}.a].url", "wrong-type", "3"),
        (f'{indexes}]."b c"', "bad-value", "b c"),
        ('pyproject.toml [tool.flet-lock.sources]."x y"', "bad-value", "x y"),
        ("pyproject.toml [tool.flet-lock.sources].numpy", "bad-value", "nowhere"),
    ]
    assert faults[-1].choices == ("pypi", "flet")


def test_an_unknown_key_comes_with_the_nearest_known_one(app: AppFolder) -> None:
    faults = app.faults(TABLE + "exclude_newer = 2026-01-01\n")

    assert faults[0].choices == ("exclude-newer",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("python-version", "3"),
        ("platform", ["windows"]),
        ("arch", ["mips"]),
        ("index", ["https://me:s3cret@x.example"]),
        ("default-index", "ftp://me:s3cret@x.example"),
        ("exclude-newer", "soon"),
        ("connections", "many"),
        ("connections", "1.5"),
        ("constraints", ["a b"]),
        ("upgrade-package", ["a=="]),
        ("sources", ["numpy"]),
        ("strict", "maybe"),
    ],
)
def test_bad_options_and_variables_are_usage_errors(
    app: AppFolder, name: str, value: object
) -> None:
    variable = "FLET_LOCK_" + name.upper().replace("-", "_")
    text = value if isinstance(value, str) else " ".join(value)  # type: ignore[arg-type] # lists
    with pytest.raises(UsageError) as of_option:
        app.read(options={name: value})
    with pytest.raises(UsageError) as of_variable:
        app.read(environ={variable: text})

    assert of_option.value.option == f"--{name}"
    assert of_variable.value.option == variable
    assert "s3cret" not in repr(of_option.value) + repr(of_variable.value)


def test_a_source_that_an_option_names_has_to_exist(app: AppFolder) -> None:
    with pytest.raises(UsageError) as caught:
        app.read(options={"sources": ["numpy=nowhere"]})

    assert caught.value.option == "--sources"


def test_constraints_have_their_places_in_the_project(app: AppFolder) -> None:
    project, _ = app.read(TABLE + 'constraints = ["a<2", "b<3"]\noverrides = ["c==1"]\n')

    assert [str(each.place) for each in project.constraints] == [
        "pyproject.toml [tool.flet-lock].constraints[0]",
        "pyproject.toml [tool.flet-lock].constraints[1]",
    ]
    assert [str(each.requirement) for each in project.overrides] == ["c==1"]


@pytest.mark.parametrize(
    ("text", "version"), [("14", (14, 0)), ("15.2", (15, 2)), ("16.4.1", (16, 4))]
)
def test_an_ios_version_has_a_major_and_a_minor_number(
    app: AppFolder, text: str, version: tuple[int, int]
) -> None:
    project, settings = app.read(options={"ios-version": text})
    assert settings.ios_version == project.minimum_os[Platform.IOS] == version


@pytest.mark.parametrize("text", ["seventeen", "17.", "17.0.0.1", "-1"])
def test_an_ios_version_that_is_none_is_refused(app: AppFolder, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        app.read(options={"ios-version": text})
    assert (caught.value.option, caught.value.value) == ("--ios-version", text)


def test_a_plain_no_to_prereleases_wins_over_requirements_txt(app: AppFolder) -> None:
    _, settings = app.read(TABLE + "prereleases = false\n", "--pre\nflet\n")

    assert settings.prereleases is False


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31 12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T12:00:00", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_cutoff_is_a_day_or_a_moment(text: str, moment: datetime) -> None:
    cutoff = parse_cutoff(text, now=NOW)

    assert cutoff.moment == moment
    assert cutoff.span is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("7 days", timedelta(days=7)),
        ("1 Week ago", timedelta(days=7)),
        ("P7D", timedelta(days=7)),
        ("P1WT12H", timedelta(days=7, hours=12)),
        ("24h", timedelta(days=1)),
    ],
)
def test_a_cutoff_may_be_a_span_before_now(text: str, span: timedelta) -> None:
    cutoff = parse_cutoff(text, now=NOW)

    assert cutoff.moment == NOW - span
    assert cutoff.span == span


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "soon", "999999 years", "2026-13-01", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_cutoff_is_refused(text: str) -> None:
    with pytest.raises(InvalidCutoffError):
        parse_cutoff(text, now=NOW)
