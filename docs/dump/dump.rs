//! Writes arrays of f32 as .npy files, for Framescope. Standard library only.

use std::{fs, io, path::Path};

/// Writes values, in C order, as a NumPy array of float32; folders are made as needed.
pub fn write_npy(path: impl AsRef<Path>, values: &[f32], shape: &[usize]) -> io::Result<()> {
    let path = path.as_ref();
    if shape.iter().product::<usize>() != values.len() {
        let text = format!("{}: {} values do not fill the shape {:?}", path.display(), values.len(), shape);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let lengths: Vec<String> = shape.iter().map(|n| n.to_string()).collect();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}", lengths.join(", "));
    header += &" ".repeat(63 - (10 + header.len()) % 64);
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, file)
}
