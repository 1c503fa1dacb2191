"""The commands: what each takes, and its help text."""

import textwrap
from typing import Final

from flet_lock.cli.command import Command
from flet_lock.cli.option_sets import (
    AUDITING,
    DECIDING,
    EVERYWHERE,
    FETCHING,
    INSTALLING,
    LOOKING,
    TRUSTING,
)
from flet_lock.cli.options import OPTIONS, Group, Option
from flet_lock.cli.sharing_commands import SHARING

DEFAULT_COMMAND: Final = "lock"
HELP: Final = "help"
"""`flet-lock help COMMAND` is `flet-lock COMMAND --help`."""

_APPS = (
    (
        "[PROJECT…]",
        "an app's folder, or a file of it (default: this one, or the nearest app above it)",
    ),
)
COMMANDS: Final = (
    Command(
        name="lock",
        summary="resolve the app's dependencies and write the locks (default)",
        description="Reads the app as flet build does, finds one release of each package that "
        "runs on every target, and writes pylock.android.toml and pylock.ios.toml beside "
        "pyproject.toml. Existing locks keep their versions where they still fit.",
        examples=(
            ("flet-lock", "lock the app in this folder"),
            ("flet-lock --dry-run", "only show what would be locked"),
            ("flet-lock --platform android -U", "newest versions, for Android"),
            ("flet-lock -P numpy -P pillow==11.3", "move two packages, keep the rest"),
            ("flet-lock ../my-app --arch arm64-v8a", "another folder, one architecture"),
        ),
        options=frozenset(
            option.names[0] for option in OPTIONS if option.group not in (Group.OWN, Group.TRUST)
        ),
        words=_APPS,
    ),
    Command(
        name="upgrade-flet",
        summary="what the app would get if another version of Flet built it",
        description="Locks the app as another Flet builds it and compares: the Python, the "
        "architectures, packages that come, go, move or change class, what the new build reads "
        "otherwise, what stands in the way and what would help. Nothing is written without "
        "--write; with it, the requirement on flet (or the setting) is changed and the app "
        "locked. Exit code 1 where it cannot be locked.",
        examples=(
            ("flet-lock upgrade-flet 1.0.5", "compare, and change nothing"),
            ("flet-lock upgrade-flet 1.0.5 --write", "move the app there"),
        ),
        options=frozenset({"--write", *LOOKING, *EVERYWHERE}),
        words=(
            ("VERSION", "of Flet, older or newer than the one that builds the app"),
            ("[PROJECT]", "the app's folder (default: this one)"),
        ),
    ),
    Command(
        name="check",
        summary="is each lock in step with the project? offline, for pre-commit and CI",
        description="Compares what the locks were made for with what the project says now, without "
        "asking any index. Exit code 0: in step. 1: not, with each difference and the command "
        "that mends it.",
        examples=(
            ("flet-lock check", "the app in this folder"),
            ("flet-lock check apps/*", "every app of a repository"),
            ("flet-lock check --output-format github", "annotations in a GitHub workflow"),
        ),
        options=frozenset({*DECIDING, *EVERYWHERE}),
        words=_APPS,
    ),
    Command(
        name="diff",
        summary="what became of the locks since a commit",
        description="Compares the locks of a commit with those in this folder: packages that "
        "came, went, moved up or down, to another class or index, and what the locks are made for. "
        "From Git and the locks alone.",
        examples=(
            ("flet-lock diff", "what is not committed yet"),
            ("flet-lock diff main", "since a branch, a tag or a commit"),
            ("flet-lock diff main --format markdown", "a table for a pull request"),
            ("flet-lock diff --exit-code", "exit with 1 where something changed"),
        ),
        options=frozenset({"--format", "--platform", "--exit-code", *EVERYWHERE}),
        words=(
            ("[REVISION]", "a branch, tag or commit (default: HEAD)"),
            ("[PROJECT]", "the app's folder (default: this one)"),
        ),
        formats=("text", "markdown", "json"),
    ),
    Command(
        name="install",
        summary="install exactly what is locked, one folder per slice",
        description="Fetches each wheel that the lock names, checks its size and hash, and unpacks "
        "all of them into a fresh folder that takes the old one's place when all is well. Asks no "
        "index. Scripts, headers and bytecode, of no use on a phone, are left out. Where the "
        "folder holds exactly this already, nothing is done.",
        examples=(
            ("flet-lock install --platform android", "into build/site-packages of the app"),
            ("flet-lock install --target out --arch arm64-v8a", "one slice, elsewhere"),
            ("flet-lock install --offline", "from the cache alone"),
        ),
        options=frozenset(
            {"--target", "--refresh", "--platform", "--arch", *INSTALLING, *EVERYWHERE}
        ),
    ),
    Command(
        name="export",
        summary="print a lock in another format",
        description="requirements: a hashed requirements file for one platform, which pip takes "
        "with --no-deps --require-hashes -r, and with --platform for one slice. Keep it beside "
        "the lock: paths in it start there. cyclonedx: a bill of materials (CycloneDX 1.6, JSON) "
        "with the graph, hashes, licences and what wheels say is in them, the same bytes for the "
        'same lock; needs pip install "flet-lock[sbom]".',
        examples=(
            ("flet-lock export --platform ios", "every slice; redirect it into a file"),
            ("flet-lock export --arch arm64-v8a", "for one slice"),
            ("flet-lock export --platform ios --format cyclonedx", "a bill of materials"),
        ),
        options=frozenset({"--format", "--platform", "--arch", *INSTALLING, *EVERYWHERE}),
        formats=("requirements", "cyclonedx"),
    ),
    Command(
        name="build",
        summary="flet build with exactly what is locked, verified: flet-lock build apk",
        description="What flet-lock run -- flet build does: the build installs what is locked and "
        "nothing else, and what it installed is compared with the lock. All that follows the word "
        "build is handed on to flet build, whose options flet build --help tells; options of "
        "flet-lock stand before it. A plain flet build knows nothing of a lock. The exit code is "
        "that of flet build; 1 where the tree is not the lock.",
        examples=(
            ("flet-lock build apk", "the app in this folder"),
            ("flet-lock build aab --arch arm64-v8a", "one architecture"),
            ("flet-lock --offline build ipa", "with an option of flet-lock"),
        ),
        options=frozenset({*DECIDING, *FETCHING, *TRUSTING, *EVERYWHERE}),
        words=(("apk|aab|ipa|ios-simulator…", "what to build, and the options of flet build"),),
        stands_for=("flet", "build"),
        outcome="run",
    ),
    Command(
        name="run",
        summary="run a build that installs exactly what is locked, and verify it",
        description="Sees that the lock is in step and covers the slices and the Python of the "
        "build, fetches the wheels, and runs the command so that its pip takes them and nothing "
        "else. Then compares what was installed with the lock. The exit code is the command's; 1 "
        "where the tree is not the lock.",
        examples=(
            ("flet-lock run -- flet build apk", "the app in this folder"),
            ("flet-lock run -- flet build aab --arch arm64-v8a", "one architecture"),
            ("flet-lock run --platform ios -- ./release.sh", "a script that calls flet build"),
        ),
        options=frozenset({*DECIDING, *FETCHING, *TRUSTING, *EVERYWHERE}),
        words=(
            ("[PROJECT]", "the app's folder (default: the one that the command builds)"),
            ("-- COMMAND…", "the build: flet build apk|aab|ipa|ios-simulator and its options"),
        ),
        takes_command=True,
    ),
    Command(
        name="verify",
        summary="is this site-packages tree what is locked?",
        description="Compares every file with the locked wheels: as pip left them, cleaned, "
        "compiled or moved by the build. Each difference is named with its package. Nothing is "
        "changed.",
        examples=(
            ("flet-lock verify --platform android", "what flet build installed last"),
            ("flet-lock verify --platform ios app/ out/site-packages", "another folder"),
        ),
        options=frozenset({"--platform", "--arch", *INSTALLING, *EVERYWHERE}),
        words=(
            ("[PROJECT]", "the app's folder (default: this one)"),
            (
                "[DIR]",
                "one folder per slice, or one slice's own (default: the app's build/site-packages)",
            ),
        ),
    ),
    Command(
        name="env",
        summary="print the environment in which pip installs what is locked",
        description="Makes ready what flet-lock run makes ready, and prints the variables to set "
        "and to unset: for builds that something else starts. Verify the tree afterwards.",
        examples=(
            ("flet-lock env --platform android", "for eval in a shell"),
            ("flet-lock env --platform ios --shell github", "for $GITHUB_ENV"),
        ),
        options=frozenset({"--shell", *DECIDING, *FETCHING, *TRUSTING, *EVERYWHERE}),
    ),
    Command(
        name="audit",
        summary="what installs and still fails: binaries that no phone loads, or no store takes",
        description="Reads the binaries of every locked wheel, from the same verified files as "
        "install, and holds them to what Android's and Apple's loaders, the stores and Flet's own "
        "build take. Nothing of a wheel is run. For what fails, the nearest other release is tried "
        "that is clean and with which the app locks. Needs no app where wheels or packages are "
        "named.",
        examples=(
            ("flet-lock audit", "the app in this folder"),
            ("flet-lock audit --fix 1", "take the release that is shown with number 1"),
            ("flet-lock audit --platform ios --sizes", "one platform, and what packages take"),
            ("flet-lock audit dist/*.whl", "wheels, before they are uploaded"),
            ("flet-lock audit pillow wasmtime==50.0.1", "packages on the indexes"),
        ),
        options=frozenset({*AUDITING, *EVERYWHERE}),
        words=(
            (
                "[WHAT…]",
                "an app's folder (default: this one), wheel files, or packages: 'pillow==11.3.0'",
            ),
        ),
    ),
    Command(
        name="wheels",
        summary="which releases of a package run where: version, slice, Python, index",
        description="Holds the releases of packages against every target of every Python that "
        "Flet has, over all indexes: a letter for what each target would get, or for the part of "
        "the wheels that does not fit. Needs no app; where there is one in this folder, its "
        "indexes are asked.",
        examples=(
            ("flet-lock wheels numpy", "the newest versions"),
            ("flet-lock wheels numpy 'pandas>=2'", "several, and from which version on"),
            ("flet-lock wheels lxml --python-version 3.13", "for one Python"),
            ("flet-lock wheels pillow --all", "every version, pre-releases and yanked ones too"),
        ),
        options=frozenset({"--all", *LOOKING, *EVERYWHERE}),
        words=(("PACKAGE…", "a name, with versions if you like: 'pandas>=2,<3'"),),
    ),
    Command(
        name="why",
        summary="who brought a package into the locks",
        description="Every way from the app's own requirements to a package, the shortest first, "
        "from the locks alone. Exit code 1 where it is in none of them.",
        examples=(
            ("flet-lock why msgpack", "the app in this folder"),
            ("flet-lock why numpy ../my-app --platform ios", "another folder, one platform"),
        ),
        options=frozenset({"--all", "--platform", *EVERYWHERE}),
        words=(
            ("PACKAGE", "the package in question"),
            ("[PROJECT]", "the app's folder (default: this one)"),
        ),
    ),
    Command(
        name="tree",
        summary="the locked packages as a tree or a diagram",
        description="What the app asks for, what that asks for in turn, and what each is to a "
        "phone: pure, binary, a fallback. From the locks alone.",
        examples=(
            ("flet-lock tree --depth 1", "what the app itself asks for"),
            ("flet-lock tree --invert numpy", "who asks for numpy"),
            ("flet-lock tree --format mermaid", "a diagram for Markdown"),
            ("flet-lock tree --format dot", "a graph for Graphviz: pipe it into dot -Tsvg"),
        ),
        options=frozenset({"--invert", "--depth", "--format", "--platform", *EVERYWHERE}),
        formats=("text", "mermaid", "dot", "json"),
    ),
    Command(
        name="request",
        summary="draft a request for mobile wheels of a package, if it is worth one",
        description="Looks first whether there is anything to ask for: pure packages, those that "
        "have wheels, names of modules, what only runs on desktops. Exit code 1 where there is "
        "not, and why. Else drafts the request, with what Flet's maintainers need to know and "
        "nothing of your app but that it needs the package. With GITHUB_TOKEN or GH_TOKEN set, "
        "GitHub is asked for earlier requests.",
        examples=(
            ("flet-lock request curl-cffi", "print a draft"),
            ("flet-lock request 'pillow>=13' --open", "a newer release, in the browser"),
            ("flet-lock request uvloop orjson -o requests.md", "several, into a file"),
            ("flet-lock request uvloop --to forge --open", "Mobile Forge's form"),
        ),
        options=frozenset({"--to", "--output", "--open", "--force", *LOOKING, *EVERYWHERE}),
        words=(("PACKAGE…", "a name, with versions if you need them: 'pillow>=13'"),),
    ),
    *SHARING,
    Command(
        name="cache",
        summary="where the cache is, how large it is, and emptying it",
        description="dir prints the cache's folder, size what it takes on the disk, clean empties "
        "it.",
        examples=(
            ("flet-lock cache size", "how large it is"),
            ("flet-lock cache clean", "empty it"),
        ),
        options=frozenset({"--cache-dir", *EVERYWHERE}),
        actions=("dir", "size", "clean"),
    ),
    Command(
        name="schema",
        summary="the JSON Schema of what --output-format json prints",
        description="Prints the JSON Schema (2020-12) of a command's document; without a name, the "
        "names of all. A command that fails prints the document `failure`, whatever it is.",
        examples=(
            ("flet-lock schema", "the names"),
            ("flet-lock schema lock", "of the document that flet-lock lock prints"),
        ),
        options=frozenset(EVERYWHERE),
        words=(("[NAME]", "a command, or failure"),),
    ),
)
BY_COMMAND: Final = {command.name: command for command in COMMANDS}

_EXIT_CODES = (
    "exit codes: 0 done; 1 the answer is no (cannot lock, out of step); 2 it could not be found "
    "out (usage, unreadable project, index unreachable)"
)


def overview(width: int) -> str:
    """`flet-lock --help`."""
    lines = [
        "usage: flet-lock [lock] [PROJECT] [options]",
        "       flet-lock COMMAND [options]",
        "",
        *_fill(
            "Locks the dependencies of a Flet app to the wheels that run on every phone it is "
            "built for.",
            width,
        ),
        "",
        "commands:",
        *_table([(command.name, command.summary) for command in COMMANDS], width),
        "",
        "examples:",
        *_table(list(BY_COMMAND[DEFAULT_COMMAND].examples), width),
        "",
        *_fill("flet-lock help COMMAND tells the options of a command.", width),
        *_fill(_EXIT_CODES, width),
    ]
    return "\n".join(lines) + "\n"


def command_help(command: Command, width: int) -> str:
    """`flet-lock COMMAND --help`."""
    positional = "|".join(command.actions) or " ".join(name for name, _ in command.words)
    if command.takes_command:  # the options stand before the command
        own, _, rest = positional.partition(" -- ")
        positional = f"{own} [options] -- {rest}"
    usage = f"{command.name} {positional}{'' if command.takes_command else ' [options]'}"
    if command.stands_for:
        usage = f"[options] {command.name} {positional}"
    lines = [f"usage: flet-lock {usage}", ""]
    lines += _fill(command.description, width)
    if not command.actions:
        rows = [(name.strip("[]").removeprefix("-- "), help_) for name, help_ in command.words]
        lines += ["", *_table(rows, width)]
    for group in Group:
        rows = [
            (_spelling(option, command), option.help)
            for option in OPTIONS
            if option.group is group and option.names[0] in command.options
        ]
        if rows:
            lines += ["", f"{group.value}:", *_table(rows, width)]
    lines += ["", "examples:", *_table(list(command.examples), width), ""]
    lines += _fill(
        "Options can also be set under [tool.flet-lock] in pyproject.toml, and as FLET_LOCK_… "
        "variables (FLET_LOCK_PYTHON_VERSION=3.13).",
        width,
    )
    lines += _fill(_EXIT_CODES, width)
    return "\n".join(lines) + "\n"


def _spelling(option: Option, command: Command) -> str:
    names = ", ".join(reversed(option.names))
    if not option.takes_value:
        return names
    if option.names[0] == "--format":
        return f"{names} {'|'.join(command.formats)}"
    return f"{names} {option.metavar or '|'.join(option.choices)}"


def _fill(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)


def _table(rows: list[tuple[str, str]], width: int) -> list[str]:
    longest = max(len(left) for left, _ in rows)
    # Beyond a third of the width the left column would starve the right one.
    column = min(longest, max(width // 3, 20)) + 4
    lines: list[str] = []
    for left, right in rows:
        wrapped = _fill(right, max(width - column, 20))
        if len(left) + 4 > column:
            lines.append(f"  {left}")
        else:
            lines.append(f"  {left:<{column - 2}}{wrapped.pop(0)}")
        lines += [" " * column + line for line in wrapped]
    return lines
