"""The ways in which ports print an array or write it as text: each gives the bytes of one file."""

import base64
import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .printed_dumps import (
    c_flat_initialiser,
    c_initialiser,
    c_printf,
    c_printf_wrapped,
    cpp_vectors,
    go_println,
    go_println_by_rows,
    go_structure,
    go_syntax,
    hexadecimal,
    javascript_source,
    kotlin_data_class,
    matlab,
    ncnn_pretty_print,
    nested,
    node_console,
    numpy_dictionary,
    numpy_list,
    numpy_repr,
    numpy_scalars,
    numpy_str,
    opencv,
    rows,
    rust_dbg,
    rust_debug,
    rust_ndarray,
    rust_pretty,
    rust_source,
    rust_structure,
    shortest,
    swift_print,
    tensorflow_print,
    tensorflow_repr,
    torch_print,
)

Array = np.ndarray[Any, Any]
Writer = Callable[[Array, str], bytes]


def text(write: Callable[[Array, str], str]) -> Writer:
    return lambda array, name: write(array, name).encode()


def labelled(form: str) -> Writer:
    """Write a line for each row, between those of other logging; `n` becomes the numbers of the row."""

    def write(array: Array, name: str) -> bytes:
        lines = ["starting: 3 threads, 16000 Hz\n"]
        places = list(np.ndindex(array.shape[:-1]))
        for count, (place, row) in enumerate(zip(places, rows(array), strict=True)):
            number = ("][" if "[{n}]" in form else " ").join(map(str, place))
            values = nested(row, "", ", ", "")
            lines.append(form.format(name=name, n=number, values=values, spaced=values.replace(",", "")) + "\n")
            if count % 7 == 3:
                lines.append(f"took {count} ms (12 of 80)\n")
        return "".join(lines).encode()

    return write


LOGCAT = "01-02 03:04:05.678  1234  5678 D "
XCODE = "2026-01-02 03:04:05.678901+0100 App[1234:5678] "


def logged(prefix: str, write: Callable[[Array, str], str], noise: str = "") -> Writer:
    def written(array: Array, name: str) -> bytes:
        lines = [prefix.format(name=name) + line + "\n" for line in write(array, name).splitlines()]
        lines[::20] = [noise + line for line in lines[::20]]
        return "".join(lines).encode()

    return written


def logcat_by_tag(array: Array, name: str) -> bytes:
    lines = [f"{LOGCAT}{name:<8}: {nested(row, '[', ', ', ']')}\n" for row in rows(array)]
    lines[::10] = [
        "01-02 03:04:05.700  1234  9999 I Choreographer: Skipped 30 frames!\n" + line for line in lines[::10]
    ]
    return "".join(["--------- beginning of main\n", *lines]).encode()


def delimited(
    delimiter: str, *, comma: bool = False, trailing: bool = False, header: str = "", end: str = "\n"
) -> Writer:
    def write(array: Array, _name: str) -> bytes:
        file = io.StringIO()
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        for row in rows(array):
            # An empty last cell makes the trailing delimiter.
            writer.writerow([*(repr(value).replace(".", "," if comma else ".") for value in row), *[""] * trailing])
        names = delimiter.join(f"{header}{n}" for n in range(array.shape[-1])) + end if header else ""
        return (names + file.getvalue()).encode()

    return write


def quoted(array: Array, _name: str) -> bytes:
    return "\n".join(",".join(f'"{value!r}"' for value in row) for row in rows(array)).encode()


def row_names(array: Array, name: str) -> bytes:
    lines = [",".join([f"{name}_{n}", *map(repr, row)]) for n, row in enumerate(rows(array))]
    return "\n".join(["name" + "".join(f",c{n}" for n in range(array.shape[-1])), *lines]).encode()


def long_form(columns: Iterable[str], delimiter: str = ",", header: bool = True, comma: bool = False) -> Writer:
    """Write one value a line with its place; of more than two axes, all but the last are one."""
    order = list(columns)

    def write(array: Array, _name: str) -> bytes:
        flat = array.reshape(-1, array.shape[-1])
        lines = [delimiter.join(order)] if header else []
        for row, column in itertools.product(*map(range, flat.shape)):
            said = {"row": str(row), "column": str(column), "value": str(flat[row, column])}
            lines.append(delimiter.join(said[word].replace(".", "," if comma else ".") for word in order))
        return ("\n".join(lines) + "\n").encode()

    return write


def encoded(writer: Writer, encoding: str, mark: bytes = b"", end: str = "\n") -> Writer:
    return lambda array, name: mark + writer(array, name).decode().replace("\n", end).encode(encoding)


def shape_and_numbers(array: Array, _name: str) -> str:
    return " ".join(map(str, array.shape)) + "\n" + c_printf(array, "")


def one_a_line(front: Callable[[Array], list[int]]) -> Writer:
    return lambda array, _: "\n".join(map(str, [*front(array), *shortest(array.ravel())])).encode()


def document(make: Callable[[Array, str], Any], **options: Any) -> Writer:
    return lambda array, name: json.dumps(make(array, name), **options).encode()


def shaped(array: Array, key: str = "data", shape: str = "shape") -> dict[str, Any]:
    return {shape: list(array.shape), key: shortest(array.ravel())}


def typed_array(array: Array) -> dict[str, float]:
    return {str(n): value for n, value in enumerate(shortest(array.ravel()))}


def as_base64(array: Array, kind: str = "<f4") -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode()


def npy_in_base64(array: Array) -> str:
    file = io.BytesIO()
    np.save(file, array)
    return base64.b64encode(file.getvalue()).decode()


def polygraphy(array: Array, name: str) -> dict[str, Any]:
    """What Polygraphy's RunResults.save writes: runners, their iterations, their outputs."""
    values = {"array": npy_in_base64(array), "polygraphy_class": "ndarray"}
    iteration = {
        "outputs": {name: {"values": values, "polygraphy_class": "LazyArray"}},
        "runtime": 0.01,
        "runner_name": "onnxrt-runner",
        "polygraphy_class": "IterationResult",
    }
    return {"lst": [["onnxrt-runner", [iteration]]], "polygraphy_class": "RunResults"}


def records(form: Callable[[int, Any, str], Any], *, as_list: bool = False) -> Writer:
    def write(array: Array, name: str) -> bytes:
        made = [form(number, row, name) for number, row in enumerate(shortest(array))]
        return (json.dumps(made) if as_list else "\n".join(map(json.dumps, made))).encode()

    return write


def broken_lines(array: Array, name: str) -> bytes:
    """Lines of objects after lines of a log."""
    return b"ready\nlistening on 8080\n" + records(lambda n, row, name: {"frame": n, name: row})(array, name)


TEXT_WRITERS: dict[str, Writer] = {
    "Go, Println": text(go_println),
    "Go, Println of each row": text(go_println_by_rows),
    "Go, %#v": text(go_syntax),
    "Go, %+v of a struct": text(go_structure),
    "Go, log.Println": logged("2026/01/02 03:04:05 ", go_println_by_rows),
    "Rust, {:?}": text(rust_debug),
    "Rust, {:#?}": text(rust_pretty),
    "Rust, {:#?} of a struct": text(rust_structure),
    "Rust, dbg!": text(rust_dbg),
    "Rust, ndarray": text(rust_ndarray),
    "C, initialiser": text(c_initialiser),
    "C, flat initialiser": text(c_flat_initialiser),
    "C, printf": text(c_printf),
    "C, printf in short lines": text(c_printf_wrapped),
    "C, %a": text(hexadecimal),
    "C++, vectors": text(cpp_vectors),
    "Rust source": text(rust_source),
    "OpenCV, cout": text(opencv),
    "MATLAB source": text(matlab),
    "ncnn, pretty_print": text(ncnn_pretty_print),
    "NumPy, print": text(numpy_str),
    "NumPy, repr": text(numpy_repr),
    "NumPy, list of arrays": text(numpy_list),
    "NumPy, list of scalars": text(numpy_scalars),
    "NumPy, dictionary": text(numpy_dictionary),
    "PyTorch, print": text(torch_print),
    "TensorFlow, print": text(tensorflow_print),
    "TensorFlow, repr": text(tensorflow_repr),
    "Node, console.log": text(node_console),
    "JavaScript source": text(javascript_source),
    "Swift, print": text(swift_print),
    "Kotlin, data class": text(kotlin_data_class),
    "labelled lines": labelled("{name}[{n}]: [{values}]"),
    "labelled lines, equals": labelled("{name}[{n}] = {spaced}"),
    "labelled lines, a word": labelled("{name} row {n}: {spaced}"),
    "labelled lines, no mark": labelled("{name} {n} {spaced}"),
    "logcat": logged(LOGCAT + "MelTag  : ", lambda a, n: labelled("{name}[{n}]: [{values}]")(a, n).decode()),
    "logcat, one print over lines": logged(LOGCAT + "Dump: ", go_println_by_rows),
    "logcat, pretty over lines": logged(
        LOGCAT + "Dump: ", numpy_str, "01-02 03:04:05.700  1234  99 I System: gc 12 ms\n"
    ),
    "logcat, the tag names it": logcat_by_tag,
    "logcat, brief": logged("D/MelTag( 1234): ", lambda a, n: labelled("{name}[{n}]: [{values}]")(a, n).decode()),
    "Android Studio": logged(
        "2026-01-02 03:04:05.678  1234-5678  MelTag   com.example.port   D  ",
        lambda a, n: labelled("{name}[{n}]: [{values}]")(a, n).decode(),
    ),
    "Xcode": logged(XCODE, lambda a, n: labelled("{name}[{n}]: [{values}]")(a, n).decode()),
    "Xcode, rows without brackets": logged(XCODE, lambda a, n: labelled("{name} {n}: {spaced}")(a, n).decode()),
    "Python, logging": logged(
        "2026-01-02 03:04:05,678 INFO ", lambda a, n: labelled("{name}[{n}]: [{values}]")(a, n).decode()
    ),
    "CSV": delimited(","),
    "CSV, trailing commas": delimited(",", trailing=True),
    "CSV, header": delimited(",", header="c"),
    "CSV, quoted": quoted,
    "CSV, names of rows": row_names,
    "CSV, CRLF": delimited(",", end="\r\n"),
    "CSV, UTF-8 with a mark": encoded(delimited(","), "utf-8", b"\xef\xbb\xbf"),
    "CSV, UTF-16 LE": encoded(delimited(","), "utf-16-le", b"\xff\xfe", "\r\n"),
    "TSV, UTF-16 BE": encoded(delimited("\t"), "utf-16-be", b"\xfe\xff"),
    "Go, UTF-16": encoded(text(go_println), "utf-16-le", b"\xff\xfe", "\r\n"),
    "decimal commas, semicolons": delimited(";", comma=True),
    "decimal commas, tabs": delimited("\t", comma=True),
    "decimal commas, spaces, trailing": delimited(" ", comma=True, trailing=True),
    "long form": long_form(["row", "column", "value"]),
    "long form, value first": long_form(["value", "column", "row"]),
    "long form, no header": long_form(["row", "column", "value"], " ", header=False),
    "long form, decimal commas": long_form(["column", "row", "value"], ";", comma=True),
    "shape in front": text(shape_and_numbers),
    "one a line, count in front": one_a_line(lambda array: [array.size]),
    "one a line, shape in front": one_a_line(lambda array: list(array.shape)),
    "JSON": document(lambda array, _: shortest(array)),
    "JSON, indented": document(lambda array, _: shortest(array), indent=1),
    "JSON, named": document(lambda array, name: {name: shortest(array), "fps": 25}),
    "JSON, shape and data": document(lambda array, _: shaped(array)),
    "JSON, shape and values": document(lambda array, name: {name: shaped(array, "values")}),
    "JSON, dims": document(lambda array, name: {name: shaped(array, "data", "dims")}),
    "JSON, outputs": document(lambda array, name: {"fps": 25, "outputs": {name: shortest(array)}}),
    "JSON, stages": document(lambda array, name: {"stages": [{"name": name, **shaped(array)}]}),
    "JSON, base64": document(
        lambda array, name: {name: {"dtype": "float32", "shape": list(array.shape), "data": as_base64(array)}}
    ),
    "JSON, base64 of float64": document(
        lambda array, name: {name: {"dtype": "float64", "shape": list(array.shape), "base64": as_base64(array, "<f8")}}
    ),
    "JSON, base64 alone": document(lambda array, name: {name: as_base64(array)}),
    "JSON, typed array": document(lambda array, name: {name: typed_array(array)}),
    "JSON, typed array and dims": document(
        lambda array, name: {name: {"dims": list(array.shape), "type": "float32", "cpuData": typed_array(array)}}
    ),
    "JSON, typed arrays in a list": document(
        lambda array, _: [typed_array(row) for row in array.reshape(-1, array.shape[-1])]
    ),
    "JSON, Node's Buffer": document(
        lambda array, name: {name: {"type": "Buffer", "data": list(array.astype("<f4").tobytes())}}
    ),
    "JSON, by number": document(lambda array, name: {name: {str(n): row for n, row in enumerate(shortest(array))}}),
    "JSON lines, lists": lambda array, _: "\n".join(json.dumps(row) for row in shortest(array)).encode(),
    "JSON lines, objects": records(lambda n, row, name: {"frame": n, name: row}),
    "JSON lines, after a log": broken_lines,
    "JSON, list of objects": records(lambda n, row, _: {"index": n, "values": row}, as_list=True),
    "Polygraphy": document(polygraphy, indent=4),
}
"""Every way, by what writes so; called with the array, of two axes at least, and the stage's name."""

_ROWS_ONLY = {
    *("Go, Println of each row", "Go, log.Println", "C, printf", "C, printf in short lines", "C, %a", "C++, vectors"),
    *(
        "OpenCV, cout",
        "MATLAB source",
        "Node, console.log",
        "JavaScript source",
        "labelled lines, no mark",
        "Rust source",
    ),
    *("logcat, one print over lines", "logcat, the tag names it", "JSON, typed arrays in a list"),
}
NESTED = tuple(
    name
    for name in TEXT_WRITERS
    if name not in _ROWS_ONLY and not name.startswith(("CSV", "TSV", "decimal commas", "long form"))
)
"""Those that write more than two axes so that each can be told."""
