"""flet-lock: locks the dependencies of a Flet app to the wheels that run on its phones.

The folders read as the story of a run: project, targets, index, resolution, analysis,
lockfile, install, reports. ARCHITECTURE.md holds the table of who may import whom.
"""

__version__ = "0.1.0"

__all__ = ["__version__", "api"]


def __getattr__(name: str) -> object:
    """Imports `flet_lock.api` when it is first used: each run of the command imports this file."""
    if name == "api":
        import importlib  # noqa: PLC0415 - see above

        return importlib.import_module("flet_lock.api")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
