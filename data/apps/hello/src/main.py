import flet as ft


def main(page: ft.Page) -> None:
    page.title = "Hello"
    count = ft.Text("0", size=48)

    def increment() -> None:
        count.value = str(int(count.value) + 1)

    page.floating_action_button = ft.FloatingActionButton(icon=ft.Icons.ADD, on_click=increment)
    page.add(ft.SafeArea(content=count))


ft.run(main)
