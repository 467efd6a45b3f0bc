"""What printing functions and source code of a dozen languages make of an array."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def nested(values: Any, opening: str, separator: str, closing: str, digits: str = "") -> str:
    """Write nested lists; `digits` is the format of a number, empty for the shortest."""
    if not isinstance(values, list):
        return format(values, digits) if digits else repr(values)
    return opening + separator.join(nested(each, opening, separator, closing, digits) for each in values) + closing


def shortest(array: Array) -> Any:
    """Give float32 values as the Python floats that are written with the digits a float32 needs."""
    return np.array([float(str(value)) for value in array.ravel()]).reshape(array.shape).tolist()


def rows(array: Array) -> list[list[float]]:
    """Give the rows of all leading axes."""
    values: list[list[float]] = shortest(array.reshape(-1, array.shape[-1]))
    return values


def go_println(array: Array, _name: str) -> str:
    return nested(shortest(array), "[", " ", "]") + "\n"


def go_println_by_rows(array: Array, _name: str) -> str:
    return "".join(nested(row, "[", " ", "]") + "\n" for row in rows(array))


def go_syntax(array: Array, name: str) -> str:
    kinds = ["[]" * depth + "float32{" for depth in range(array.ndim, 0, -1)]

    def literal(values: Any, depth: int) -> str:
        if depth == array.ndim:
            return repr(values)
        return kinds[depth] + ", ".join(literal(each, depth + 1) for each in values) + "}"

    return literal(shortest(array), 0) + "\n"


def go_structure(array: Array, name: str) -> str:
    return f"{{{name.title()}:{nested(shortest(array), '[', ' ', ']')} FPS:25}}\n"


def rust_debug(array: Array, _name: str) -> str:
    return nested(shortest(array), "[", ", ", "]")


def rust_pretty(array: Array, _name: str) -> str:
    def pretty(values: Any, indent: str) -> str:
        if not isinstance(values, list):
            return f"{indent}{values!r},\n"
        return f"{indent}[\n" + "".join(pretty(each, indent + "    ") for each in values) + f"{indent}],\n"

    return pretty(shortest(array), "").rstrip().rstrip(",") + "\n"


def rust_structure(array: Array, name: str) -> str:
    return f"Dump {{\n    fps: 25,\n    {name}: {rust_pretty(array, name)},\n}}\n"


def rust_dbg(array: Array, name: str) -> str:
    return f"[src/main.rs:42:5] &{name} = {rust_pretty(array, name)}"


def rust_ndarray(array: Array, _name: str) -> str:
    shape = list(array.shape)
    return f"{rust_debug(array, '')}, shape={shape}, strides={shape}, layout=Cc (0x5), const ndim={array.ndim}\n"


def c_initialiser(array: Array, name: str) -> str:
    lengths = "".join(f"[{length}]" for length in array.shape)
    values = nested(array.astype(float).tolist(), "{ ", ", ", " }", ".9e").replace(",", "f,").replace(" }", "f }")
    return f"// made by the port\nstatic const float {name}{lengths} = {values.replace('}f', '}')};\n"


def c_flat_initialiser(array: Array, name: str) -> str:
    values = [f"{value!r}f, " for value in shortest(array.ravel())]
    lines = ["".join(values[start : start + 10]) + "\n" for start in range(0, array.size, 10)]
    return f"#include <stddef.h>\nconst size_t {name}_count = {array.size};\nfloat {name}[] = {{\n{''.join(lines)}}};\n"


def c_printf(array: Array, _name: str) -> str:
    return "\n".join(" ".join(f"{value:.9f}" for value in row) for row in rows(array)) + "\n"


def c_printf_wrapped(array: Array, name: str) -> str:
    lines = []
    for number, row in enumerate(rows(array)):
        parts = [" ".join(f"{value:.9g}" for value in row[start : start + 7]) for start in range(0, len(row), 7)]
        lines.append(f"{name}[{number}]: " + "\n  ".join(parts) + "\n")
    return "".join(lines)


def hexadecimal(array: Array, _name: str) -> str:
    return "\n".join(" ".join(value.hex() for value in row) for row in rows(array)) + "\n"


def opencv(array: Array, _name: str) -> str:
    return "[" + ";\n ".join(", ".join(map(repr, row)) for row in rows(array)) + "]\n"


def matlab(array: Array, name: str) -> str:
    return f"{name} = [" + "; ".join(" ".join(map(repr, row)) for row in rows(array)) + "];\n"


def numpy_str(array: Array, _name: str) -> str:
    with np.printoptions(threshold=2**31, precision=9):
        return str(array) + "\n"


def numpy_repr(array: Array, name: str) -> str:
    with np.printoptions(threshold=2**31, precision=9):
        return f"{name} = {array!r}\n"


def numpy_list(array: Array, _name: str) -> str:
    with np.printoptions(threshold=2**31, precision=9):
        return repr(list(array)) + "\n"


def numpy_scalars(array: Array, _name: str) -> str:
    def scalars(values: Any) -> str:
        if not isinstance(values, list):
            return f"np.float32({values!r})"
        return "[" + ", ".join(map(scalars, values)) + "]"

    return scalars(shortest(array)) + "\n"


def cpp_vectors(array: Array, name: str) -> str:
    values = ", ".join(f"std::vector<float>{nested(row, '{', ', ', '}')}" for row in rows(array))
    return f"const std::vector<std::vector<float>> {name} = {{{values}}};\n"


def rust_source(array: Array, name: str) -> str:
    return f"pub fn {name}() -> Vec<Vec<f32>> {{\n    vec!{', '.join([nested(rows(array), '[', ', ', ']')])}\n}}\n"


def numpy_dictionary(array: Array, name: str) -> str:
    with np.printoptions(threshold=2**31, precision=9):
        return repr({"fps": 25, name: array}) + "\n"


def torch_print(array: Array, _name: str) -> str:
    return f"tensor({nested(shortest(array), '[', ', ', ']')}, device='cuda:0', grad_fn=<ReluBackward0>)\n"


def tensorflow_print(array: Array, _name: str) -> str:
    return f"tf.Tensor(\n{nested(shortest(array), '[', ' ', ']')}, shape={array.shape}, dtype=float32)\n"


def tensorflow_repr(array: Array, _name: str) -> str:
    values = nested(shortest(array), "[", ", ", "]")
    return f"<tf.Tensor: shape={array.shape}, dtype=float32, numpy=\narray({values},\n      dtype=float32)>\n"


def node_console(array: Array, name: str) -> str:
    lines = []
    for row in rows(array):
        parts = [", ".join(map(repr, row[start : start + 6])) for start in range(0, len(row), 6)]
        lines.append(f"  Float32Array({len(row)}) [\n    " + ",\n    ".join(parts) + "\n  ]")
    return f"{name} [\n" + ",\n".join(lines) + "\n]\n"


def javascript_source(array: Array, name: str) -> str:
    values = ",\n".join(f"  new Float32Array([{', '.join(map(repr, row))}])" for row in rows(array))
    return f"export const {name} = [\n{values},\n];\n"


def swift_print(array: Array, name: str) -> str:
    return f"let {name}: [[Float]] = {nested(shortest(array), '[', ', ', ']')}\n"


def kotlin_data_class(array: Array, name: str) -> str:
    return f"Dump(fps=25, {name}={nested(shortest(array), '[', ', ', ']')})\n"


def ncnn_pretty_print(array: Array, _name: str) -> str:
    lines = []
    for channel in shortest(array.reshape(-1, 1, *array.shape[-2:]) if array.ndim < 4 else array):
        for plane in channel:
            lines += ["".join(f"{value:.9f} " for value in row) + "\n" for row in plane] + ["\n"]
        lines.append("------------------------\n")
    return "".join(lines)
