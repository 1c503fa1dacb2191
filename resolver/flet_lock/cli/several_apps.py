"""One command for several apps: `flet-lock check apps/*`, and the hooks of pre-commit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.output import Output
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.output_formats import FORMATS, render

if TYPE_CHECKING:
    from flet_lock.reports.render import Outcome

_HIGHEST_ANSWER = 2
"""Of exit codes: 130 means that the user has had enough."""


def run_several(
    roots: Sequence[Path],
    strays: Sequence[str],
    run: "Callable[[Path], Outcome]",
    *,
    output: Output,
    form: str | None,
) -> int:
    """Runs a command for each app, one after the other, and returns the worst exit code.

    Text has the app's folder above each answer; documents come as one array.

    Args:
        roots: the apps.
        strays: words that belong to no app.
        run: runs the command for an app; a failure is an outcome.
        output: where words go.
        form: what `--format` says.
    """
    is_document = FORMATS[output.format].owns_stdout
    if strays and not output.quiet:
        shown = ", ".join(clean(each) for each in strays[:3])
        more = f" and {len(strays) - 3} more" if len(strays) > 3 else ""  # noqa: PLR2004 - as shown
        output.talk(f"flet-lock: no app there: {shown}{more}\n")
    worst, documents = 0, []
    for root in roots:
        outcome = run(root)
        rendered = render(outcome, output.format, output.view(root, form))
        worst = max(worst, outcome.exit_code)
        if is_document:
            documents.append(rendered.stdout.rstrip("\n"))
            continue
        if (rendered.stdout or rendered.stderr) and len(roots) > 1 and output.format == "text":
            stream = output.result if rendered.stdout else output.talk
            stream(f"{clean(root.as_posix())}:\n")
        output.write(rendered)
        if outcome.exit_code > _HIGHEST_ANSWER:
            break  # interrupted
    if is_document:
        output.result("[" + ",\n".join(documents) + "]\n")
    return worst
