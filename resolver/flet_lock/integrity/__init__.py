"""Bytes against what an index or a lock expects of them: hashes, sizes, files on their way."""
