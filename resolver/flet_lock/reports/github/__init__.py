"""Output for GitHub Actions."""
