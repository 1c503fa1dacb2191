"""One function per command: it wires the parts together and prints nothing."""
