"""`flet-lock cache dir|size|clean`."""

from collections.abc import Mapping

from flet_lock.cli.output import Output
from flet_lock.reports.wording.look.cache_size import describe_cleaned, describe_size
from flet_lock.workflows.cache import cache_dir, cache_size, clean_cache


def run_cache(action: str, *, options: Mapping[str, object], output: Output) -> None:
    """Does what the action says and prints the answer; `dir` prints a path and nothing else."""
    environ = output.environ
    path = cache_dir(options, environ)
    if action == "dir":
        facts: dict[str, object] = {"path": str(path)}
        text = str(path)
    elif action == "size":
        size = cache_size(options, environ)
        facts = {"path": str(path), "bytes": size}
        text = describe_size(size, path)
    else:
        files, size = clean_cache(options, environ)
        facts = {"path": str(path), "files_removed": files, "bytes_removed": size}
        text = describe_cleaned(files, size, path)
    if output.format == "json":
        from flet_lock.reports.json.json_report import cache_document, render_json  # noqa: PLC0415

        output.result(render_json(cache_document(action, facts)))
    elif not output.quiet or action != "clean":
        output.result(f"{text}\n")
