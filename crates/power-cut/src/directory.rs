//! A disk's files in a real directory, and back.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use disk_model::Disk;

use crate::error::Error;
use crate::storage::name_below;

/// Empties the directory, or makes it, and puts in what a crash left: a disk's files, and others that it did not keep.
///
/// # Errors
/// What the file system answers.
pub(crate) fn lay_out(
    disk: &Disk,
    volatile: &[(&str, &[u8])],
    directory: &Path,
) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("removing", directory)(error));
        }
        _ => {}
    }
    fs::create_dir(directory).map_err(Error::io("creating", directory))?;
    for (name, bytes) in disk.files().chain(volatile.iter().copied()) {
        let path = directory.join(name);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(Error::io("creating", above))?;
        }
        write_sparse(&path, bytes).map_err(Error::io("writing", &path))?;
    }
    Ok(())
}

/// Writes what is not zeros, and leaves holes for the rest: a log's space is zeros for the most part.
fn write_sparse(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = File::create(path)?;
    file.set_len(bytes.len() as u64)?;
    filled_chunks(bytes)
        .try_for_each(|(chunk, content)| file.write_all_at(content, (chunk * CHUNK_BYTES) as u64))
}

/// The chunks that hold anything but zeros, by number.
pub(crate) fn filled_chunks(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    const ZEROS: &[u8; CHUNK_BYTES] = &[0; CHUNK_BYTES];
    let chunks = bytes.chunks(CHUNK_BYTES).enumerate();
    chunks.filter(|(_, content)| **content != ZEROS[..content.len()])
}

const CHUNK_BYTES: usize = 64 * 1024;

/// The files of a directory, and of those in it, as a disk on which all is durable.
///
/// # Errors
/// What the file system answers.
pub(crate) fn taken_from(directory: &Path) -> Result<Disk, Error> {
    let mut disk = Disk::default();
    put_files(&mut disk, directory, "")?;
    Ok(disk)
}

fn put_files(disk: &mut Disk, root: &Path, below: &str) -> Result<(), Error> {
    let directory = root.join(below);
    let reading = || Error::io("reading", &directory);
    for entry in fs::read_dir(&directory).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        let name = name_below(below, &entry.file_name().to_string_lossy());
        if entry.file_type().map_err(reading())?.is_dir() {
            put_files(disk, root, &name)?;
        } else {
            let bytes = fs::read(entry.path()).map_err(reading())?;
            disk.put_file(&name, bytes);
        }
    }
    Ok(())
}
