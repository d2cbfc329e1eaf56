//! Files that others meet whole or not at all.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// What the names of unfinished files and directories begin with. Readers of a run pass over hidden names.
pub(crate) const UNFINISHED: &str = ".new-";

/// As any file that a program makes: whoever the umask lets in may read it.
const FILE_MODE: u32 = 0o666;

/// The same of a directory.
pub(crate) const DIRECTORY_MODE: u32 = 0o777;

/// Puts a file with this content in the place of whatever file is there. Readers see the old one or the new one.
///
/// # Errors
/// What the system answers; then the old file stays.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let file = unfinished(directory.unwrap_or(Path::new(".")), content)?;
    file.persist(path)?;
    Ok(())
}

/// A file with this content that has no name yet by which anybody looks for it. It is removed unless it gets one.
pub(crate) fn unfinished(directory: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = builder(FILE_MODE).tempfile_in(directory)?;
    file.write_all(content)?;
    Ok(file)
}

/// Makes names for what is unfinished.
pub(crate) fn builder(mode: u32) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED).permissions(Permissions::from_mode(mode));
    builder
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_replaced_and_others_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.md");
        let as_usual = dir.path().join("usual");
        fs::write(&as_usual, "").unwrap();
        for content in ["old", "new and longer"] {
            replace(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&as_usual));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing unfinished is left");
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("in the way");
        fs::create_dir(&path).unwrap();
        assert!(replace(&path, b"text").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        let nowhere = replace(&dir.path().join("none/file"), b"text").unwrap_err();
        assert_eq!(nowhere.kind(), io::ErrorKind::NotFound);
    }
}
