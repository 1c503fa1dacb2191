"""`python -m flet_lock`."""

from flet_lock.cli.entry import main

if __name__ == "__main__":
    main()
