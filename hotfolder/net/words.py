"""Words of others, as they may stand in a log or a note."""

WORDS_SHOWN = 200


def one_line(text: str) -> str:
    """Text from outside as one short line without signs that steer anything."""
    words = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(words.split())[:WORDS_SHOWN]
