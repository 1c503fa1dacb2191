import os
from pathlib import Path

import flet as ft
import httpx
import yaml
from markdown_it import MarkdownIt
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from storage import Base, Note

FOLDER = Path(os.environ.get("FLET_APP_STORAGE_DATA", "."))


def share(note: Note, server: str) -> None:
    with httpx.Client(http2=True, timeout=10) as http:
        http.post(
            f"{server}/notes",
            json={"title": note.title, "html": MarkdownIt().render(note.text)},
        ).raise_for_status()


def main(page: ft.Page) -> None:
    page.title = "Notes"
    settings_file = FOLDER / "settings.yaml"
    settings = yaml.safe_load(settings_file.read_text()) if settings_file.exists() else {}
    engine = create_engine(f"sqlite:///{FOLDER / 'notes.db'}")
    Base.metadata.create_all(engine)
    shown = ft.ListView(expand=True)

    def share_button(note: Note) -> ft.IconButton:
        return ft.IconButton(
            icon=ft.Icons.SHARE, on_click=lambda _: share(note, settings["server"])
        )

    def refresh() -> None:
        with Session(engine, expire_on_commit=False) as session:
            shown.controls = [
                ft.ListTile(
                    title=ft.Text(note.title),
                    subtitle=ft.Markdown(value=note.text),
                    trailing=share_button(note) if "server" in settings else None,
                )
                for note in session.scalars(select(Note).order_by(Note.id.desc()))
            ]

    def save(event: ft.Event[ft.TextField]) -> None:
        title, _, text = event.control.value.partition("\n")
        with Session(engine) as session:
            session.add(Note(title=title, text=text))
            session.commit()
        event.control.value = ""
        refresh()

    refresh()
    entry = ft.TextField(label="New note", multiline=True, shift_enter=True, on_submit=save)
    page.add(ft.SafeArea(content=ft.Column(controls=[entry, shown], expand=True), expand=True))


ft.run(main)
