"""What indexes offer: listings, artifacts, metadata."""
