"""What is seen, as files for other programs: pictures (.png, .svg) and values (.npy, .csv)."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor
from pathlib import Path
from typing import IO

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QPoint, QRect, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPicture
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from ...core.base.arrays import Array, NDArray
from ...core.base.errors import InputError
from ...core.base.files import replace_file, replacing
from ...core.base.printable import printable
from ...core.base.progress import Tick, silent
from ...core.compare.alignment import time_major
from ...core.run import Stage
from ...widgets.lanes.error_lane import ErrorCurve
from ...widgets.lanes.lane import Lane

PICTURES = (".png", ".svg")
VALUES = (".npy", ".csv")
EXPORT = "export"
"""The channel of `Jobs` in which files are written."""

_FORMULAS = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH COMMERCIAL AT}")
"""What a spreadsheet takes for the beginning of a formula, in either width."""
_BLOCK = 1 << 13
"""Values that are written between two ticks."""
_QUALITY = 95
"""Of pictures in formats that lose something: letters stay sharp."""
_ROUNDING = 1e-6
"""Part of an item by which a moment may miss the item's edge."""


def lane_picture(lane: Lane, path: Path) -> Callable[[], None]:
    """Draw a lane in its size on the screen, without cursor and selection, and give what writes it.

    Writing takes 50 ms and may be done on any thread.

    Raises
    ------
    InputError
        The path ends neither in .png nor in .svg; or, in writing, the file cannot be written.
    """
    return _picture(path, lane, lambda painter: lane.paint(painter, lane.size()))


def view_picture(view: QWidget, path: Path) -> Callable[[], None]:
    """Draw any other view, such as the tensor's canvas, as it is on the screen, and give what writes it, as above."""
    return _picture(path, view, lambda painter: view.render(painter, QPoint()))


def export_tensor(array: NDArray, frame: int, path: Path) -> None:
    """Write the values of one frame's tensor.

    Parameters
    ----------
    array : (C, H, W) array
        The tensor.
    frame : int
        Video frame, 0-based.
    path : Path
        Its suffix decides: .npy holds the array, .csv one line ``frame,channel,row,column,value`` for each value.

    Raises
    ------
    InputError
        The path has another suffix, or the file cannot be written.
    """
    suffix = suffix_of(path, VALUES)
    with replacing(path) as file:
        if suffix == ".npy":
            np.save(file, array)
            return
        file.write(b"frame,channel,row,column,value\n")
        for channel, rows in enumerate(array):
            places = np.indices(rows.shape).reshape(2, -1)
            cells = np.column_stack([np.full((rows.size, 2), (frame, channel)), *places, rows.ravel()])
            _write_lines(file, cells, ["%d"] * 4 + [_format(array)])


def export_values(stage: Stage, span: tuple[float, float] | None, path: Path, *, tick: Tick = silent) -> None:
    """Write the values of a stage; an hour of features takes about half a minute as .csv.

    Parameters
    ----------
    stage : Stage
        What is written.
    span : (start, end) or None
        Seconds: the items that are under way between the two; None: all.
    path : Path
        Its suffix decides: .npy holds the array with the stage's own axes and dtype; .csv a head and one line for each
        moment: its seconds, the item's number in the recording, then its values with all digits.
    tick : callable
        Told the items done and to do; where it raises, nothing is written.

    Raises
    ------
    InputError
        The path has another suffix, nothing lies in the span, or the file cannot be written.
    """
    suffix = suffix_of(path, VALUES)
    items = _items(stage, span)
    with replacing(path) as file:
        (_write_npy if suffix == ".npy" else _write_csv)(file, stage, items, tick)


def export_curves(curves: Sequence[ErrorCurve], span: tuple[float, float] | None, path: Path) -> None:
    """Write error curves, one line an item.

    Parameters
    ----------
    span : (start, end) or None
        Seconds: the items that begin between the two; None: all.
    path : Path
        Its suffix decides: .csv has a head and the fields port, stage, item, seconds, error, tolerance; .npy holds the
        same as one structured array.

    Raises
    ------
    InputError
        The path has another suffix, nothing lies in the span, or the file cannot be written.
    """
    suffix = suffix_of(path, VALUES)
    tables = [table[_between(table["seconds"], span)] for table in map(_curve_table, curves)]
    if not sum(map(len, tables)):
        raise InputError("no errors lie there; compare a port, or select another part")
    table = np.concatenate(tables)
    with replacing(path) as file:
        if suffix == ".npy":
            np.save(file, table)
            return
        file.write(",".join(table.dtype.names or ()).encode() + b"\n")
        cells = {drawn.port: _text_cell(drawn.port) for drawn in curves}
        lines = (f"{cells[p]},{s},{n},{t:.9g},{e:.9g},{limit:g}\n" for p, s, n, t, e, limit in table.tolist())
        file.writelines(line.encode() for line in lines)


def _text_cell(text: str) -> str:
    """Give a text as a cell of a .csv file: on one line, and behind a ' where a spreadsheet would take a formula."""
    text = printable(text)
    guard = "'" if text.lstrip().startswith(_FORMULAS) else ""
    quoted = text.replace('"', '""')
    return f'"{guard}{quoted}"'


def _curve_table(drawn: ErrorCurve) -> NDArray:
    """Give the items of a curve that have an error, as a structured array."""
    curve = drawn.curve
    known = np.flatnonzero(~np.isnan(curve.values))
    form = [("port", f"U{max(1, len(drawn.port))}"), ("stage", "U8"), ("item", "i8"), ("seconds", "f8")]
    table = np.zeros(len(known), [*form, ("error", "f4"), ("tolerance", "f8")])
    table["port"], table["stage"], table["tolerance"] = drawn.port, curve.stage, drawn.tolerance
    table["item"], table["error"] = known, curve.values[known]
    table["seconds"] = (known - floor(curve.offset)) / curve.rate
    return table


def _between(seconds: NDArray, span: tuple[float, float] | None) -> NDArray:
    low, high = span or (-np.inf, np.inf)
    return (seconds >= low) & (seconds < high)


def png(image: QImage) -> bytes:
    """Give a picture as the content of a PNG file, with the texts that it carries."""
    return encoded(image, "PNG")


def encoded(image: QImage, kind: str) -> bytes:
    """Give a picture as the content of a file of this format, such as ``JPEG``.

    Raises
    ------
    InputError
        This installation of Qt cannot write the format.
    """
    content = QByteArray()
    buffer = QBuffer(content)  # under a name: Qt does not keep it alive
    writer = QImageWriter(buffer, kind.encode())
    if kind != "PNG":  # whose quality is how little it is compressed
        writer.setQuality(_QUALITY)
    if not writer.write(image):
        raise InputError(f"a {kind} picture cannot be written here ({writer.errorString()}); write a .png")
    return bytes(content.data())


def _picture(path: Path, view: QWidget, paint: Callable[[QPainter], object]) -> Callable[[], None]:
    if suffix_of(path, PICTURES) == ".svg":
        size, title, picture = view.size(), view.accessibleName(), QPicture()
        painter = QPainter(picture)
        paint(painter)
        painter.end()
        return lambda: replace_file(path, svg(picture, size, title))
    image = _pixels(view, paint)
    return lambda: replace_file(path, png(image))


def _pixels(view: QWidget, paint: Callable[[QPainter], object]) -> QImage:
    image = QImage(view.size() * view.devicePixelRatio(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(view.devicePixelRatio())
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def svg(picture: QPicture, size: QSize, title: str) -> bytes:
    """Give what was painted as the content of an SVG file; on any thread, for it takes up to 100 ms.

    Parameters
    ----------
    size : QSize
        Of the drawing, in units of 1/96 inch.
    """
    content = QByteArray()
    buffer, generator = QBuffer(content), QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(picture.logicalDpiX())  # otherwise its text would have another size than on the screen
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setTitle(title)
    painter = QPainter(generator)
    picture.play(painter)
    painter.end()
    return bytes(content.data())


def suffix_of(path: Path, allowed: tuple[str, ...]) -> str:
    """Give the suffix in lower case."""
    suffix = path.suffix.lower()
    if suffix not in allowed:
        raise InputError(f"{path}: the name must end in .png, .svg, .npy or .csv, which decides what is written")
    return suffix


# Values


def _items(stage: Stage, span: tuple[float, float] | None) -> range:
    """Give the places, along the axis of time, of the items that are under way in a span."""
    numbers = range(stage.shape[stage.time]) if stage.frames is None else stage.frames
    if span is None:
        return range(len(numbers))
    clock = stage.clock
    rate, offset = clock.rate, clock.offset
    first = bisect_left(numbers, floor(span[0] * rate + offset + _ROUNDING))
    stop = bisect_left(numbers, ceil(span[1] * rate + offset - _ROUNDING))
    if first >= stop:
        raise InputError(f"{stage.name} has nothing between {span[0]:g} and {span[1]:g} s; select another part")
    return range(first, stop)


def _write_npy(file: IO[bytes], stage: Stage, items: range, tick: Tick) -> None:
    if isinstance(stage.array, np.ndarray):
        part = [slice(None)] * stage.array.ndim
        part[stage.time] = slice(items.start, items.stop)
        np.save(file, stage.array[tuple(part)])
        return
    form = {"descr": stage.array.dtype.str, "fortran_order": False, "shape": (len(items), *stage.shape[1:])}
    np.lib.format.write_array_header_1_0(file, form)
    for _, values in _blocks(stage.array, items, tick):
        file.write(values.tobytes())


def _write_csv(file: IO[bytes], stage: Stage, items: range, tick: Tick) -> None:
    array = time_major(stage)
    names = [axis.name for axis in stage.axes]
    head = ["seconds", names.pop(stage.time), *_with_hertz(_columns(names, array.shape[1:]), stage)]
    clock = stage.clock
    form = ["%.9f", "%d", *[_format(array)] * (len(head) - 2)]
    file.write(",".join(head).encode() + b"\n")
    for start, values in _blocks(array, items, tick):
        places = np.arange(start, start + len(values))
        numbers = places if stage.frames is None else stage.frames[places]
        table = np.column_stack([clock.moments(numbers), numbers, values.reshape(len(values), -1)])
        _write_lines(file, table, form)


def _columns(names: list[str], shape: tuple[int, ...]) -> list[str]:
    """Name the values of one item after their place, such as ``channel 0 row 2 column 15``."""
    if not shape:
        return ["value"]
    return [" ".join(f"{name} {n}" for name, n in zip(names, place, strict=True)) for place in np.ndindex(shape)]


def _with_hertz(columns: list[str], stage: Stage) -> list[str]:
    """Add its frequency to the name of every value that has one."""
    if stage.hz is None or len(stage.hz) != len(columns):
        return columns
    return [f"{name} ({hz:.6g} Hz)" for name, hz in zip(columns, stage.hz.tolist(), strict=True)]


def _blocks(array: Array, items: range, tick: Tick) -> Iterator[tuple[int, NDArray]]:
    """Yield parts of an array along its first axis, with the place where each begins."""
    step = max(1, _BLOCK * len(array) // max(1, array.size))
    for start in items[::step]:
        tick(start - items.start, len(items))
        yield start, np.asarray(array[start : min(start + step, items.stop)])


def _format(array: Array) -> str:
    """Give a format that keeps every bit of an array's values."""
    return "%.9g" if array.dtype in {np.dtype(np.float32), np.dtype(np.float16)} else "%.17g"


def _write_lines(file: IO[bytes], table: NDArray, form: list[str]) -> None:
    """Write the lines of a table in one step: an hour of samples takes a minute, by ``numpy.savetxt`` eight."""
    line = ",".join(form) + "\n"
    file.write((line * len(table) % tuple(table.ravel().tolist())).encode())
