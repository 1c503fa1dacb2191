from pathlib import Path

import flet as ft
from device import device_name
from PIL import ExifTags, Image

SHOWN = (ExifTags.Base.Model, ExifTags.Base.DateTime, ExifTags.Base.Orientation)


def camera_notes(path: Path) -> str:
    with Image.open(path) as picture:
        exif = picture.getexif()
        size = "{} x {}".format(*picture.size)
    return "\n".join([size, *(f"{tag.name}: {exif[tag]}" for tag in SHOWN if tag in exif)])


async def main(page: ft.Page) -> None:
    page.title = "Gallery"
    page.appbar = ft.AppBar(title=ft.Text(f"Pictures on {device_name(page.platform)}"))
    pictures = ft.GridView(expand=True, max_extent=240, spacing=8)
    page.add(ft.SafeArea(content=pictures, expand=True))

    async def choose() -> None:
        files = await ft.FilePicker().pick_files(
            allow_multiple=True, file_type=ft.FilePickerFileType.IMAGE
        )
        for file in files:
            path = Path(file.path or file.name)
            pictures.controls.append(
                ft.Image(src=path.read_bytes(), fit=ft.BoxFit.COVER, tooltip=camera_notes(path))
            )
        page.update()

    page.floating_action_button = ft.FloatingActionButton(icon=ft.Icons.ADD, on_click=choose)
    page.update()


ft.run(main)
