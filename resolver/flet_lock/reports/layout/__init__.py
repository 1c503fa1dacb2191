"""Text layout: paragraphs to lines of a width, and their colours."""
