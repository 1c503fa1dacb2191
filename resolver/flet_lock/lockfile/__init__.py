"""PEP 751 lock files: what one holds, reading, writing, and comparing it with the project."""
