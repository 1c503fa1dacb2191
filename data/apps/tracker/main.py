from pathlib import Path

import aiohttp
import flet as ft
import gpxpy
from jinja2 import Template
from rich.filesize import decimal

REPORT = Template(
    "## {{ name }}\n\n"
    "- {{ '%.1f' | format(length / 1000) }} km, {{ uphill | round | int }} m uphill\n"
    "- {{ weather }}\n"
)
WEATHER = "https://wttr.in/{latitude},{longitude}?format=3"


async def weather_at(latitude: float, longitude: float) -> str:
    async with aiohttp.ClientSession() as session:
        url = WEATHER.format(latitude=latitude, longitude=longitude)
        async with session.get(url) as response:
            return await response.text()


async def main(page: ft.Page) -> None:
    page.title = "Tracker"
    reports = ft.ListView(expand=True)
    page.add(ft.SafeArea(reports, expand=True))

    async def add(event: ft.FilePickerResultEvent) -> None:
        for file in event.files or []:
            text = Path(file.path).read_text(encoding="utf-8")
            for track in gpxpy.parse(text).tracks:
                start = track.segments[0].points[0]
                report = REPORT.render(
                    name=track.name or f"{file.name} ({decimal(file.size)})",
                    length=track.length_3d(),
                    uphill=track.get_uphill_downhill().uphill,
                    weather=await weather_at(start.latitude, start.longitude),
                )
                reports.controls.append(ft.Markdown(report))
        page.update()

    picker = ft.FilePicker(on_result=add)
    page.overlay.append(picker)
    page.floating_action_button = ft.FloatingActionButton(
        icon=ft.Icons.ADD, on_click=lambda _: picker.pick_files(allow_multiple=True)
    )
    page.update()


ft.app(main)
