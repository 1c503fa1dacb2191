import os

import flet as ft
import psycopg2
import wikipedia
from curl_cffi import requests

STATIONS = "https://stations.example.com/nearest"


def save(place: str, text: str, station: str) -> None:
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO notes (place, text, station) VALUES (%s, %s, %s)", (place, text, station)
        )


def main(page: ft.Page) -> None:
    page.title = "Field Sync"
    background = ft.Markdown(value="")
    place = ft.TextField(label="Place")
    text = ft.TextField(label="Note", multiline=True)

    def look_up() -> None:
        background.value = wikipedia.summary(place.value, sentences=3)

    def send() -> None:
        # The service answers browsers only.
        station = requests.get(STATIONS, params={"q": place.value}, impersonate="chrome").text
        save(place.value, text.value, station)
        page.show_dialog(ft.SnackBar(content=ft.Text("Saved")))

    place.on_submit = look_up
    page.add(
        ft.SafeArea(
            content=ft.Column(
                controls=[place, background, text, ft.FilledButton(content="Send", on_click=send)]
            )
        )
    )


ft.run(main)
