"""Collecting garbage by the thread that owns it: what is left of a widget must not be taken apart on another one.

Python collects on whichever thread happens to allocate. There Qt's objects are destroyed, and connections cut, beside
the thread that they belong to and without its knowledge, and the process crashes some day, somewhere else.
"""

import gc

GROWTH = 1.25
"""How many times the objects that a full collection has left there must be for another one, as Python has it: with the
130,000 objects of a window it takes 70 ms."""


class Collections:
    """Python's own collections, made when one asks for them instead of when something is allocated."""

    def __init__(self) -> None:
        self._left = 0

    def make(self) -> None:
        """Collect the oldest generation of garbage whose turn it is by Python's thresholds, if any."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        if not 0 < thresholds[0] < counts[0]:
            return
        if counts[1] <= thresholds[1]:
            gc.collect(0)
        elif counts[2] > thresholds[2] and len(gc.get_objects(generation=2)) > GROWTH * self._left:
            gc.collect()
            self._left = len(gc.get_objects(generation=2))
        else:
            gc.collect(1)
