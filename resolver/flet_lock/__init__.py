"""flet-lock: locks the dependencies of a Flet app to the wheels that run on its phones.

The folders read as the story of a run: project, targets, index, resolution, analysis,
lockfile, install, reports. ARCHITECTURE.md holds the table of who may import whom.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
