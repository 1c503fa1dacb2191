"""Records a part of PyPI: project pages and core metadata, no wheels."""
