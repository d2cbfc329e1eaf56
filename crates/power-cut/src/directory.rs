//! A disk's files in a real directory, and back.

use std::fs;
use std::io;
use std::path::Path;

use disk_model::Disk;

use crate::error::Error;
use crate::storage::name_below;
use crate::subject::Left;

/// Empties the directory and puts in what a crash left.
///
/// # Errors
/// [`Error::Io`].
pub fn lay_out(left: &Left<'_>, directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("removing", directory)(error));
        }
        _ => {}
    }
    fs::create_dir(directory).map_err(Error::io("creating", directory))?;
    for (name, bytes) in left.disk.files().chain(left.volatile.iter().copied()) {
        let path = directory.join(name);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).map_err(Error::io("creating", above))?;
        }
        fs::write(&path, bytes).map_err(Error::io("writing", &path))?;
    }
    Ok(())
}

/// The files of a directory, and of those in it, as a disk on which all is durable.
///
/// # Errors
/// [`Error::Io`].
pub fn taken_from(directory: &Path) -> Result<Disk, Error> {
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
