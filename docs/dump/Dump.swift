// Writes arrays of Float as .npy files, for Framescope. Foundation only.
import Foundation

/// Writes values, in C order, as a NumPy array of float32; folders are made as needed.
func writeNpy(_ path: String, _ values: [Float], _ shape: [Int]) throws {
    guard values.count == shape.reduce(1, *) else {
        throw NSError(domain: "\(path): \(values.count) values do not fill the shape \(shape)", code: 1)
    }
    let lengths = shape.map { "\($0)" }.joined(separator: ", ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(lengths),), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var file = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    file.append(contentsOf: [UInt8(header.utf8.count % 256), UInt8(header.utf8.count / 256)])
    file.append(contentsOf: header.utf8)
    values.withUnsafeBytes { file.append(contentsOf: $0) }  // little-endian on every platform of Swift's
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try file.write(to: url)
}
