"""Commands whose results are for others: a page, licences, files."""

from typing import Final

from flet_lock.cli.command import Command
from flet_lock.cli.option_sets import DECIDING, EVERYWHERE, FETCHING, INSTALLING

SHARING: Final = (
    Command(
        name="report",
        summary="one HTML page of what the app gets where, and why",
        description="Resolves the app as lock does, writes no lock, and draws one page that needs "
        "no network: packages and targets, the graph, what is older than on a desktop and why, "
        "sizes, licences; for an app that cannot be locked, what stands in the way and what "
        'helps. Exit code 1 for such an app. Needs Jinja2: pip install "flet-lock[report]".',
        examples=(
            ("flet-lock report -o report.html", "a file for the browser"),
            (
                "flet-lock report ../my-app -o report.html --offline",
                "another folder, from the cache",
            ),
        ),
        options=frozenset(
            {"--output", "--refresh", "--fix-budget", "--budget-seconds"}
            | {*DECIDING, *FETCHING, *EVERYWHERE}
        ),
    ),
    Command(
        name="licenses",
        summary="the licences of the locked packages",
        description="Reads the METADATA of every locked wheel, once; later from the cache. What "
        "is linked into native code is not listed there.",
        examples=(
            ("flet-lock licenses", "the app in this folder"),
            ("flet-lock licenses --output-format json", "for a program"),
        ),
        options=frozenset({"--platform", *INSTALLING, *EVERYWHERE}),
    ),
    Command(
        name="download",
        summary="every locked file into one folder, verified: a wheelhouse",
        description="For machines without a network: pip takes the folder with --no-index "
        "--find-links and what flet-lock export prints. Files that are there already stay.",
        examples=(
            ("flet-lock download wheelhouse", "the files of all locks"),
            ("flet-lock download out --platform android --arch arm64-v8a", "of one slice"),
        ),
        options=frozenset({"--platform", "--arch", *INSTALLING, *EVERYWHERE}),
        words=(
            ("DIR", "the folder; is made if it is not there"),
            ("[PROJECT]", "the app's folder (default: this one)"),
        ),
    ),
)
