"""Project pages (PEP 503, PEP 691): parsed to rows, rows to artifacts."""
