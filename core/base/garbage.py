"""Collecting garbage by the thread that owns it: what is left of a widget must not be taken apart on another one.

Python collects on whichever thread happens to allocate. There Qt's objects are destroyed, and connections cut, beside
the thread that they belong to and without its knowledge, and the process crashes some day, somewhere else.
"""

import gc


def collect_due() -> None:
    """Collect the oldest generation of garbage whose turn it is by Python's own thresholds, if any.

    Called again and again on one thread it does what Python would do itself, which is switched off for it.
    """
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
            gc.collect(generation)
            return
