import io

import flet as ft
import httpx
from PIL import Image


def main(page: ft.Page):
    with httpx.Client() as client:
        picture = Image.open(io.BytesIO(client.get("https://example.com/picture.jpg").content))
    picture.thumbnail((page.width, page.height))
    page.add(ft.Text(f"{picture.width} x {picture.height}"))


ft.app(main)
