import io

import flet as ft
import matplotlib
import numpy as np
import pandas as pd

matplotlib.use("agg")
import matplotlib.pyplot as plt  # noqa: E402 - the backend has to be chosen first


def figures() -> pd.DataFrame:
    days = pd.date_range("2026-01-05", periods=26, freq="W-MON")
    visits = np.random.default_rng(7).poisson(120, size=len(days)).cumsum()
    return pd.DataFrame({"week": days, "visits": visits}).set_index("week")


def chart(table: pd.DataFrame) -> bytes:
    figure, axes = plt.subplots(figsize=(5, 3), dpi=160)
    table["visits"].plot(ax=axes)
    axes.set_ylabel("visits")
    output = io.BytesIO()
    figure.savefig(output, format="png", bbox_inches="tight")
    plt.close(figure)
    return output.getvalue()


def main(page: ft.Page) -> None:
    page.title = "Dashboard"
    page.scroll = ft.ScrollMode.AUTO
    table = figures()
    rows = [
        ft.DataRow(
            cells=[
                ft.DataCell(content=ft.Text(week.strftime("%d %b"))),
                ft.DataCell(content=ft.Text(f"{visits:,}")),
            ]
        )
        for week, visits in table["visits"].tail(8).items()
    ]
    page.add(
        ft.SafeArea(
            content=ft.Column(
                controls=[
                    ft.Image(src=chart(table)),
                    ft.DataTable(
                        columns=[
                            ft.DataColumn(label=ft.Text("Week")),
                            ft.DataColumn(label=ft.Text("Visits"), numeric=True),
                        ],
                        rows=rows,
                    ),
                ]
            )
        )
    )


ft.run(main)
