// Writes arrays of Float as .npy files, for Framescope. JVM and Android, standard library only.
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Writes values, in C order, as a NumPy array of float32; folders are made as needed. */
fun writeNpy(path: String, values: FloatArray, vararg shape: Int) {
    require(shape.fold(1) { product, n -> product * n } == values.size) {
        "$path: ${values.size} values do not fill the shape ${shape.toList()}"
    }
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.joinToString(", ")},), }"
    header += " ".repeat(63 - (10 + header.length) % 64) + "\n"
    val file = ByteBuffer.allocate(10 + header.length + 4 * values.size).order(ByteOrder.LITTLE_ENDIAN)
    file.put(byteArrayOf(0x93.toByte(), 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0)).putShort(header.length.toShort())
    file.put(header.toByteArray(Charsets.US_ASCII))
    values.forEach { file.putFloat(it) }
    File(path).absoluteFile.parentFile.mkdirs()
    File(path).writeBytes(file.array())
}
