import os

import flet as ft
from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class Item(BaseModel):
    name: str
    amount: str = Field(description="with its unit, for example '500 g'")


class ShoppingList(BaseModel):
    items: list[Item]


async def main(page: ft.Page) -> None:
    page.title = "Assistant"
    model = AsyncOpenAI(api_key=os.environ.get("OPENAI_API_KEY", ""))
    answer = ft.ListView(expand=True, spacing=4)
    wish = ft.TextField(label="What shall we cook?", expand=True)

    async def ask() -> None:
        completion = await model.chat.completions.parse(
            model="gpt-4o-mini",
            messages=[
                {"role": "system", "content": "Answer with what has to be bought."},
                {"role": "user", "content": wish.value},
            ],
            response_format=ShoppingList,
        )
        parsed = completion.choices[0].message.parsed
        answer.controls = [ft.Checkbox(label=f"{item.amount} {item.name}") for item in parsed.items]
        page.update()

    wish.on_submit = ask
    page.add(ft.SafeArea(content=ft.Column(controls=[wish, answer], expand=True), expand=True))


ft.run(main)
