//! A rename that never replaces what is there.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// The ways to do it, the best first. Not every filesystem knows each.
const WAYS: [fn(&Path, &Path) -> io::Result<()>; 3] =
    [rename_without_replacing, link_and_unlink, rename_onto_reserved];

/// Gives `from` the name `to`, on the same filesystem.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when something has that name, which then stays as it is; else what the
/// system answered.
pub(super) fn rename_exclusively(from: &Path, to: &Path) -> io::Result<()> {
    first_way_that_is_known(&WAYS, from, to)
}

fn first_way_that_is_known(
    ways: &[fn(&Path, &Path) -> io::Result<()>],
    from: &Path,
    to: &Path,
) -> io::Result<()> {
    let mut outcome = Err(io::ErrorKind::Unsupported.into());
    for way in ways {
        outcome = way(from, to);
        if !outcome.as_ref().is_err_and(is_unknown_here) {
            break;
        }
    }
    outcome
}

/// A filesystem without a call, and a sandbox that forbids it, answer in one of these ways.
fn is_unknown_here(error: &io::Error) -> bool {
    let unknown = [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP, Errno::PERM, Errno::MLINK];
    unknown.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

fn link_and_unlink(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

/// Takes the name with something empty first. For a moment a reader may see that.
fn rename_onto_reserved(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(from)?.is_dir() {
        fs::create_dir(to)?;
        return fs::rename(from, to).inspect_err(|_| drop(fs::remove_dir(to)));
    }
    File::create_new(to)?;
    fs::rename(from, to).inspect_err(|_| drop(fs::remove_file(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(_: &Path, _: &Path) -> io::Result<()> {
        Err(Errno::PERM.into())
    }

    #[test]
    fn each_way_names_a_file_and_replaces_none() {
        for way in WAYS {
            let dir = tempfile::tempdir().unwrap();
            let (from, to) = (dir.path().join("from"), dir.path().join("to"));
            fs::write(&from, "record").unwrap();
            way(&from, &to).unwrap();
            assert_eq!(fs::read(&to).unwrap(), b"record");
            fs::write(&from, "another").unwrap();
            assert_eq!(way(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&to).unwrap(), b"record");
            assert_eq!(fs::read(&from).unwrap(), b"another");
        }
    }

    #[test]
    fn a_directory_is_named_too() {
        for way in [rename_without_replacing, rename_onto_reserved] {
            let dir = tempfile::tempdir().unwrap();
            let (from, to) = (dir.path().join("from"), dir.path().join("to"));
            fs::create_dir(&from).unwrap();
            fs::write(from.join("file"), "x").unwrap();
            way(&from, &to).unwrap();
            assert!(to.join("file").is_file());
            fs::create_dir(&from).unwrap();
            assert_eq!(way(&from, &to).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        }
    }

    #[test]
    fn what_a_filesystem_does_not_know_is_done_in_the_next_way() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::write(&from, "record").unwrap();
        first_way_that_is_known(&[unknown, unknown, rename_onto_reserved], &from, &to).unwrap();
        assert_eq!(fs::read(&to).unwrap(), b"record");
        let gone = first_way_that_is_known(&[rename_without_replacing, unknown], &from, &to);
        assert_eq!(gone.unwrap_err().kind(), io::ErrorKind::NotFound, "no other way is tried");
        let none = first_way_that_is_known(&[unknown, unknown], &to, &from).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::PermissionDenied);
    }
}
