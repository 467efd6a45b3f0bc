// Writes arrays of float32 as .npy files, for Framescope. C++17, standard library only.
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

// Writes values, in C order, as a NumPy array of float32; folders are made as needed.
inline void write_npy(const std::filesystem::path& path, const float* values, std::size_t count,
                      const std::vector<std::size_t>& shape) {
    std::size_t size = 1;
    std::string lengths;
    for (std::size_t n : shape) {
        size *= n;
        lengths += std::to_string(n) + ", ";
    }
    if (size != count) {
        throw std::invalid_argument(path.string() + ": " + std::to_string(count) + " values do not fill the shape");
    }
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + lengths + "), }";
    header += std::string(63 - (10 + header.size()) % 64, ' ') + "\n";
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path());
    }
    std::ofstream file(path, std::ios::binary);
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.write("\x93NUMPY\x01\x00", 8);
    const unsigned char length[2] = {static_cast<unsigned char>(header.size() & 0xff),
                                     static_cast<unsigned char>(header.size() >> 8)};
    file.write(reinterpret_cast<const char*>(length), 2);
    file.write(header.data(), static_cast<std::streamsize>(header.size()));
    for (std::size_t i = 0; i < count; ++i) {  // little-endian on every machine
        std::uint32_t bits;
        std::memcpy(&bits, values + i, 4);
        const unsigned char bytes[4] = {
            static_cast<unsigned char>(bits), static_cast<unsigned char>(bits >> 8),
            static_cast<unsigned char>(bits >> 16), static_cast<unsigned char>(bits >> 24)};
        file.write(reinterpret_cast<const char*>(bytes), 4);
    }
}
