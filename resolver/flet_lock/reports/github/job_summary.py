"""Markdown for the summary of a job ("Adding a job summary", docs.github.com)."""

import re
from typing import Final

_MOST: Final = 200_000
"""Characters; GitHub takes 1 MiB from all steps of a job."""


def job_summary(command: str, text: str) -> str:
    """A heading and the text as it is, in a fence that nothing in the text can close.

    Args:
        command: the command that was run.
        text: for people, without colours.
    """
    # CommonMark, "Fenced code blocks": closed by at least as many backticks as opened it.
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"### flet-lock {command}\n\n{fence}text\n{text[:_MOST].rstrip()}\n{fence}\n\n"
