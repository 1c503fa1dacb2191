"""`python -m flet_lock`."""

from flet_lock.cli.start import main

if __name__ == "__main__":
    main()
