import flet as ft


def device_name(platform: ft.PagePlatform | None) -> str:
    """The model, from the platform's own API."""
    if platform is ft.PagePlatform.ANDROID:
        from jnius import autoclass

        return autoclass("android.os.Build").MODEL
    if platform is ft.PagePlatform.IOS:
        from pyobjus import autoclass

        return autoclass("UIDevice").currentDevice().name.UTF8String()
    return platform.value if platform else "this device"
