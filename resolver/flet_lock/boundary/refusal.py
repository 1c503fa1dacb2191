"""Why a text from outside is no value."""


class RefusedTextError(ValueError):
    """A text that is not what it should be, or goes beyond a bound; its message says why.

    The message holds nothing of the text: that may be long, secret or full of control characters.
    """
