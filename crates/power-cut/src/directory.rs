//! A disk's files in a real directory, and back.

use std::fs;
use std::io;
use std::path::Path;

use disk_model::Disk;

use crate::error::Error;
use crate::subject::Left;

/// Empties the directory and puts in what a crash left.
pub(crate) fn lay_out(left: &Left<'_>, directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("removing", directory)(error));
        }
        _ => {}
    }
    fs::create_dir(directory).map_err(Error::io("creating", directory))?;
    for (name, bytes) in left.disk.files().chain(left.volatile.iter().copied()) {
        let path = directory.join(name);
        fs::write(&path, bytes).map_err(Error::io("writing", &path))?;
    }
    Ok(())
}

/// The files of a directory as a disk on which all is durable.
pub(crate) fn taken_from(directory: &Path) -> Result<Disk, Error> {
    let mut disk = Disk::default();
    let reading = || Error::io("reading", directory);
    for entry in fs::read_dir(directory).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        let bytes = fs::read(entry.path()).map_err(reading())?;
        disk.put_file(&entry.file_name().to_string_lossy(), bytes);
    }
    Ok(disk)
}
