// Package dump writes arrays of float32 as .npy files, for Framescope. Standard library only.
package dump

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// WriteNpy writes values, in C order, as a NumPy array of float32; folders are made as needed.
func WriteNpy(path string, values []float32, shape ...int) error {
	count, lengths := 1, make([]string, len(shape))
	for i, n := range shape {
		count *= n
		lengths[i] = fmt.Sprint(n)
	}
	if count != len(values) {
		return fmt.Errorf("%s: %d values do not fill the shape %v", path, len(values), shape)
	}
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s,), }", strings.Join(lengths, ", "))
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	var file bytes.Buffer
	file.WriteString("\x93NUMPY\x01\x00")
	binary.Write(&file, binary.LittleEndian, uint16(len(header)))
	file.WriteString(header)
	binary.Write(&file, binary.LittleEndian, values)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, file.Bytes(), 0o644)
}
