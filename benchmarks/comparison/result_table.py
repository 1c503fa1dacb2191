"""A comparison as a table: for a terminal, as Markdown, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from comparison.comparison import Comparison, Figure, State

COLUMNS = (
    "workload",
    "packages",
    "cache",
    "latency",
    "flet-lock s",
    "uv s",
    "ratio",
    "flet-lock CPU s",
    "uv CPU s",
    "flet-lock MB",
    "uv MB",
    "flet-lock requests",
    "uv requests",
    "flet-lock KB",
    "uv KB",
    "pip s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a workload in a setting."""

    cells: tuple[str, ...]
    """As `COLUMNS`."""
    ratio: float
    """flet-lock's wall time over uv's; below 1 flet-lock is faster."""


def rows_of(comparison: Comparison) -> list[Row]:
    """The comparison line by line, in the order in which it was measured."""
    groups: dict[tuple[str, object], dict[str, Figure]] = {}
    for figure in comparison.figures:
        groups.setdefault((figure.workload, figure.setting), {})[figure.contender] = figure
    return [_row(comparison, group) for group in groups.values()]


def _row(comparison: Comparison, group: dict[str, Figure]) -> Row:
    ours, uv, pip = group["flet-lock"], group["uv"], group.get("pip")
    ratio = ours.cost.wall_seconds / uv.cost.wall_seconds
    locked = comparison.packages[ours.workload]
    return Row(
        cells=(
            ours.workload,
            str(locked) if locked else "cannot",
            ours.setting.state.value,
            f"{ours.setting.latency_seconds * 1000:.0f} ms",
            _seconds(ours),
            _seconds(uv),
            f"{ratio:.2f}",
            f"{ours.cost.cpu_seconds:.3f}",
            f"{uv.cost.cpu_seconds:.3f}",
            f"{ours.cost.memory_bytes / 1e6:.0f}",
            f"{uv.cost.memory_bytes / 1e6:.0f}",
            str(ours.cost.requests),
            str(uv.cost.requests),
            f"{ours.cost.bytes_received / 1e3:.0f}",
            f"{uv.cost.bytes_received / 1e3:.0f}",
            "" if pip is None else _seconds(pip),
        ),
        ratio=ratio,
    )


def _seconds(figure: Figure) -> str:
    """Wall time; `no` where the tool found no answer, `>` where it was stopped."""
    text = f"{figure.cost.wall_seconds:.3f}"
    if figure.cost.timed_out:
        return f">{text}"
    return text if figure.cost.exit_code == 0 else f"{text} (no)"


def summary(comparison: Comparison) -> list[str]:
    """What the table says, in sentences."""
    groups: dict[tuple[State, float], list[Row]] = {}
    rows = rows_of(comparison)
    keys = dict.fromkeys((f.workload, f.setting) for f in comparison.figures)
    for (_, setting), row in zip(keys, rows, strict=True):
        groups.setdefault((setting.state, setting.latency_seconds), []).append(row)
    lines = []
    for (state, latency), group in groups.items():
        faster = sum(row.ratio < 1 for row in group)
        behind = [f"{row.cells[0]} ({row.ratio:.2f})" for row in group if row.ratio >= 1]
        line = f"{state.value}, {latency * 1000:.0f} ms: faster than uv on {faster} of {len(group)}"
        lines.append(line + (f"; behind on {', '.join(behind)}" if behind else ""))
    return lines


def terminal_table(rows: Sequence[Row]) -> Table:
    """For a terminal."""
    table = Table(pad_edge=False)
    for position, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if position in {0, 2} else "right")
    for row in rows:
        style = "green" if row.ratio < 1 else "yellow"
        table.add_row(*row.cells[:6], f"[{style}]{row.cells[6]}[/]", *row.cells[7:])
    return table


def markdown(comparison: Comparison, about: Sequence[str]) -> str:
    """The file that is committed."""
    lines = ["# Benchmarks: flet-lock, uv and pip on the recorded index", ""]
    lines += [*about, ""]
    lines += [f"- {line}" for line in summary(comparison)]
    lines += ["", "| " + " | ".join(COLUMNS) + " |"]
    lines.append(
        "|" + "|".join(" --- " if i in {0, 2} else " ---: " for i in range(len(COLUMNS))) + "|"
    )
    lines += ["| " + " | ".join(row.cells) + " |" for row in rows_of(comparison)]
    lines += ["", "| workload | what it is |", "| --- | --- |"]
    lines += [f"| {name} | {text} |" for name, text in comparison.about.items()]
    return "\n".join(lines) + "\n"


def json_document(comparison: Comparison, about: dict[str, object]) -> str:
    """For programs; seconds and bytes."""
    figures = [
        {
            "workload": figure.workload,
            "packages": comparison.packages[figure.workload],
            "cache": figure.setting.state.value,
            "latency_seconds": figure.setting.latency_seconds,
            "tool": figure.contender,
            "runs": figure.runs,
            **asdict(figure.cost),
        }
        for figure in comparison.figures
    ]
    return json.dumps({"schema_version": 1, **about, "figures": figures}, indent=1) + "\n"
