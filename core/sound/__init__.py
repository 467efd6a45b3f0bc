"""Sound files of any kind, decoded block by block at their own rate and with their own channels."""

from .format import Block, Sound, SoundFormat
from .opening import open_sound

__all__ = ["Block", "Sound", "SoundFormat", "open_sound"]
