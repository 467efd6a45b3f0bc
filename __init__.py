"""Framescope: compute, inspect and compare an audio-to-feature pipeline, stage by stage."""

__version__ = "0.1.0"
