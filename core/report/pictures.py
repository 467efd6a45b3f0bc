"""Pictures of a report: heat maps as PNG, error curves as SVG, both to be written into the page itself."""

import base64
from io import BytesIO

import numpy as np
import numpy.typing as npt

from ..base.arrays import NDArray
from ..drawing.colour_maps import colour_map

WIDTH = 1200
_CURVE_HEIGHT = 120
_DECADES = (-8.0, 1.0)
"""Range of the error curve's logarithmic axis: 1e-8 to 10."""


def heat_map(values: NDArray, low: float, high: float, *, diverging: bool = False) -> str:
    """Draw an array as a PNG data address, at most `WIDTH` pixels wide.

    Parameters
    ----------
    values : (rows, columns) array
        Row 0 is drawn at the bottom. Where columns share a pixel, the one with the largest absolute value is shown for
        a difference, the mean otherwise; NaN is magenta.
    low, high : float
        Values of the first and last colour: viridis, or vik for a difference.
    """
    from PIL import Image  # noqa: PLC0415

    reduced = reduce_columns(values, WIDTH, peaks=diverging)
    colours = colour_map("vik" if diverging else "viridis")
    scaled = (reduced - low) / (high - low if high > low else 1.0)
    pixels = colours[(np.nan_to_num(np.clip(scaled, 0, 1)) * 255).astype(np.uint8)]
    pixels[np.isnan(reduced)] = (255, 0, 255)
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[::-1])).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def reduce_columns(values: NDArray, width: int, *, peaks: bool) -> NDArray:
    """Bring the columns down to at most `width`, keeping the largest absolute value or the mean of each group."""
    rows, columns = values.shape
    group = -(-columns // width)
    if group <= 1:
        return values.astype(np.float64)
    padded = np.pad(values.astype(np.float64), ((0, 0), (0, -columns % group)), mode="edge")
    grouped = padded.reshape(rows, -1, group)
    if not peaks:
        return np.asarray(grouped.mean(axis=2))
    place = np.nan_to_num(np.abs(grouped), nan=np.inf).argmax(axis=2)
    return np.take_along_axis(grouped, place[..., None], axis=2)[..., 0]


def error_curve(errors: npt.NDArray[np.float64], tolerance: float) -> str:
    """Draw one error per item on a logarithmic axis as SVG, with the tolerance as a line; peaks survive."""
    reduced = reduce_columns(errors[None], WIDTH, peaks=True)[0]
    x = np.linspace(0, WIDTH, len(reduced)) if len(reduced) > 1 else np.array([WIDTH / 2])
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, _height(reduced), strict=True))
    line = float(_height(np.array([tolerance]))[0])
    decades = range(int(_DECADES[0]), int(_DECADES[1]) + 1, 3)
    grid = "".join(_grid_line(10.0**decade) for decade in decades)
    label = "largest difference of each item"
    return (
        f'<svg viewBox="0 0 {WIDTH} {_CURVE_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{label}">{grid}'
        f'<line class="tolerance" x1="0" x2="{WIDTH}" y1="{line:.1f}" y2="{line:.1f}"/>'
        f'<polyline points="{points}"/></svg>'
    )


def _grid_line(value: float) -> str:
    y = float(_height(np.array([value]))[0])
    return f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/><text x="2" y="{y - 2:.1f}">{value:.0e}</text>'


def _height(values: NDArray) -> NDArray:
    low, high = _DECADES
    decades = np.log10(np.maximum(np.nan_to_num(values, posinf=10.0**high), 10.0**low))
    return np.asarray(_CURVE_HEIGHT * (1 - np.clip((decades - low) / (high - low), 0, 1)))
