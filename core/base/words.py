"""How a sentence quotes a value, joins words, and names the one that was meant."""

import reprlib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_MAX_WORD = 100
"""Letters of a word that is likened to others: that takes time by the square of them."""
_QUOTE = reprlib.Repr()
_QUOTE.maxstring = _QUOTE.maxother = _QUOTE.maxlong = 100


def unknown(what: str, word: object, words: Sequence[str]) -> str:
    """Give the sentence for a word that is none of these: ``mel_scale 'HTK' is unknown; did you mean 'htk'? ...``."""
    return f"{what} {shown(word)} is unknown; {meant(word, words)} {alternatives(words)}"


def meant(word: object, words: Sequence[str]) -> str:
    """Give how a sentence goes on to the words that are known: ``did you mean 'htk'? Use``, or ``use``."""
    near = nearest(word, words)
    return f"did you mean {near!r}? Use" if near else "use"


def nearest(word: object, words: Iterable[str]) -> str | None:
    """Give the word that was most likely meant, whatever its case; None where none is near.

    Examples
    --------
    >>> nearest("HTK", ("slaney", "htk"))
    'htk'
    """
    folded = {known.casefold(): known for known in words}
    close = get_close_matches(str(word)[:_MAX_WORD].casefold(), folded, n=1)
    return folded[close[0]] if close else None


def alternatives(words: Sequence[str], last: str = "or") -> str:
    """Join words as a sentence has them: ``a, b or c``."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def shown(value: object) -> str:
    """Give a value as a sentence quotes it, however large it is."""
    try:
        return _QUOTE.repr(value)
    except Exception:  # a foreign type's repr may raise anything
        return f"of type {type(value).__name__}"
