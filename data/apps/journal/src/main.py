import flet as ft
from jinja2 import Template
from slugify import slugify
from sqlalchemy import create_engine, text

PAGE = Template("{{ day }}: {{ words }}")


def main(page: ft.Page):
    engine = create_engine("sqlite:///journal.db")
    with engine.begin() as connection:
        connection.execute(text("create table if not exists pages (day text, words text)"))
        pages = connection.execute(text("select day, words from pages")).all()
    page.title = slugify("My journal")
    page.add(*(ft.Text(PAGE.render(day=day, words=words)) for day, words in pages))


ft.app(main)
