"""Writes arrays as .npy files, for Framescope: for Python ports that have no NumPy, such as MicroPython's."""

import os
import struct


def write_npy(path, values, shape):
    """Write values, in C order, as a NumPy array of float32; folders are made as needed."""
    count = 1
    for n in shape:
        count *= n
    if count != len(values):
        raise ValueError(f"{path}: {len(values)} values do not fill the shape {shape}")
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + ", ".join(map(str, shape)) + ",), }"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{count}f", *values))
