"""Reading what a port has written, in whatever format and layout, into a run."""

from .dump import load_run
from .overrides import Override, parse_override

__all__ = ["Override", "load_run", "parse_override"]
