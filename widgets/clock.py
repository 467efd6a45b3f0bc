"""Moments as people write them."""


def clock(seconds: float, decimals: int) -> str:
    """Give a moment as people write it.

    Examples
    --------
    >>> clock(5, 0), clock(65.25, 2), clock(3600, 0)
    ('0:05', '1:05.25', '1:00:00')
    """
    whole = round(seconds, decimals)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(int(minutes), 60)
    width = 2 if not decimals else 3 + decimals
    text = f"{rest:0{width}.{decimals}f}"
    return f"{hours}:{minutes:02}:{text}" if hours else f"{minutes}:{text}"


def position(seconds: float) -> str:
    """Give a moment to the millisecond, in a width that stays the same below 100 minutes.

    Examples
    --------
    >>> position(3.56), position(59.9996)
    ('00:03.560', '01:00.000')
    """
    minutes, milliseconds = divmod(round(1000 * seconds), 60_000)
    return f"{minutes:02d}:{milliseconds / 1000:06.3f}"
