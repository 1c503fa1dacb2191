"""What a repository is made of: work under way, pages, metadata, files."""
