"""The word that was probably meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MAX_WORD = 100
"""Letters of a word that is likened to others: that takes time by the square of them."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Give the word that was most likely meant, whatever its case; None where none is near."""
    folded = {known.casefold(): known for known in words}
    close = get_close_matches(word[:_MAX_WORD].casefold(), folded, n=1)
    return folded[close[0]] if close else None


def unknown(what: str, word: str, words: Sequence[str]) -> str:
    """Give the sentence for a word that is none of these: ``--mode 'av' is unknown; did you mean 'ave'? Use ...``."""
    near = nearest(word, words)
    hint = f"did you mean {near!r}? Use" if near else "use"
    return f"{what} {word!r:.120} is unknown; {hint} {' or '.join(filter(None, (', '.join(words[:-1]), *words[-1:])))}"
