"""The oldest OS that Flet's Python runs on."""

from collections.abc import Mapping
from typing import Final

from flet_lock.model.target import Platform

OLDEST_OS: Final[Mapping[Platform, tuple[int, int]]] = {
    Platform.ANDROID: (24, 0),
    Platform.IOS: (13, 0),
}
"""As `Target.minimum_os`. It is also what the build names to pip, whatever an app's own minimum is:
the tags of serious_python's `package_command.dart`."""
