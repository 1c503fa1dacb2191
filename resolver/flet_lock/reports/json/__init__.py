"""JSON documents, one per command."""
