"""What `flet-lock` starts with: the last answer where it stands, else the whole program.

Imports nothing that the first of these does not need; see `recall`.
"""

import os
import sys
import time

from flet_lock.cli.answer_cache.lookup import recall
from flet_lock.cli.streams import (
    UnwritableOutputError,
    flush_streams,
    prepare_streams,
    report_unwritable,
    write,
)


def main() -> None:
    """Where scripts lead that were installed before `cli/start.py` was there."""
    os._exit(run_process())


def run_process() -> int:
    """Runs the command line of the process and returns its exit code."""
    words = sys.argv[1:]
    found = recall(words, os.environ, time.time())
    if found is None:
        import gc  # noqa: PLC0415 - see above

        from flet_lock.model.import_blocked import without  # noqa: PLC0415 - see above

        # Collecting garbage again and again while modules are loaded and tables filled takes a
        # twelfth of a run, and finds next to nothing: memory grows by 3 MB of 100.
        gc.set_threshold(100_000, 20, 100)
        with without("typing_extensions"):
            import msgspec  # noqa: F401, PLC0415 - the first to import it
        from flet_lock.cli.main import main as run  # noqa: PLC0415

        return run(words)
    code, out, err = found
    prepare_streams()
    try:
        write(sys.stdout, out)
        write(sys.stderr, err)
        flush_streams()
    except UnwritableOutputError as error:
        return report_unwritable(error)
    return code
