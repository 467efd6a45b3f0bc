// Writes Float32Arrays as .npy files, for Framescope. Node.js, no packages.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes values, in C order, as a NumPy array of float32; folders are made as needed. */
export function writeNpy(path, values, shape) {
    if (shape.reduce((product, n) => product * n, 1) !== values.length) {
        throw new RangeError(`${path}: ${values.length} values do not fill the shape [${shape}]`);
    }
    let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
    header += " ".repeat(63 - ((10 + header.length) % 64)) + "\n";
    const file = Buffer.alloc(10 + header.length + 4 * values.length);
    file.write("\x93NUMPY\x01\x00", "latin1");
    file.writeUInt16LE(header.length, 8);
    file.write(header, 10, "latin1");
    values.forEach((value, i) => file.writeFloatLE(value, 10 + header.length + 4 * i));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file);
}
