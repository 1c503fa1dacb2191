"""Names that `flet-lock run` and `flet-lock-pip` share; imports nothing."""

from typing import Final

FOLDER: Final = "FLET_LOCK_HANDOVER"
"""Environment variable: the folder that was prepared for a build."""
MANIFEST: Final = "handover.json"
"""In that folder: what each slice gets."""
