import io

import flet as ft
import httpx
from PIL import Image

PICTURES = "https://picsum.photos/id/{number}/1200/800"


def thumbnail(content: bytes) -> bytes:
    picture = Image.open(io.BytesIO(content))
    picture.thumbnail((320, 320))
    output = io.BytesIO()
    picture.save(output, format="PNG")
    return output.getvalue()


async def main(page: ft.Page) -> None:
    page.title = "Pictures"
    grid = ft.GridView(expand=True, max_extent=180, spacing=8, run_spacing=8)
    page.add(ft.SafeArea(content=grid, expand=True))

    async with httpx.AsyncClient(follow_redirects=True, timeout=20) as http:
        for number in range(10, 30):
            response = await http.get(PICTURES.format(number=number))
            if response.is_success:
                grid.controls.append(ft.Image(src=thumbnail(response.content), fit=ft.BoxFit.COVER))
                page.update()


ft.run(main)
