"""What researchers look at beside a pipeline's stages: measures of the sound, and where errors lie by them."""

from .measured import Measured, measure
from .process import measure_beside
from .shares import ErrorShare, error_share
from .table import ANALYSES, Analysis

__all__ = ["ANALYSES", "Analysis", "ErrorShare", "Measured", "error_share", "measure", "measure_beside"]
