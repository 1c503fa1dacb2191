"""`python -m flet_lock`."""

from flet_lock.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
