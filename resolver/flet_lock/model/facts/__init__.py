"""Facts that several folders need, each once."""
