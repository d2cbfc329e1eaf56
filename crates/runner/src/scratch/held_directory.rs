//! A scratch directory that one process holds. A marker file tells that this program made it, and an
//! exclusive lock on that file tells that its process lives.
//!
//! The lock is the kernel's (`flock`): it ends with the process however that ends, and it holds between
//! containers and pid namespaces that share nothing but the directory. A name or a process id would say
//! nothing there.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// Every scratch directory's name starts with this. It only spares looking into other entries: nothing is
/// removed for its name.
const PREFIX: &str = "durabench-scratch-";

/// The file that marks a scratch directory.
const MARKER: &str = ".durabench-scratch";

/// What the marker holds. It is written only once the lock is held, so that a directory which is still
/// being made is never taken for an abandoned one.
const MARKER_TEXT: &str = "A scratch directory of durabench. Its process holds a lock on this file; once nobody \
                           does, the next session removes the directory.\n";

/// A fresh directory with a marker on which this process holds the lock. Removed when dropped.
#[derive(Debug)]
pub(super) struct HeldDirectory {
    path: PathBuf,
    /// Closing it gives the lock back, so it outlives the removal.
    _marker: File,
    /// Open files that are closed before the directory is removed: looking into directories takes some, and a process
    /// that has used up all of its own (`ulimit -n`) removes its scratch all the same.
    reserve: Vec<File>,
}

/// One for each level of directories, and one for a file.
const RESERVED_FILES: usize = 4;

impl HeldDirectory {
    /// Makes a directory below `parent`.
    pub(super) fn create_below(parent: &Path) -> io::Result<Self> {
        let reserve =
            (0..RESERVED_FILES).map(|_| File::open(parent)).collect::<io::Result<Vec<File>>>()?;
        let directory = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
            .tempdir_in(parent)?;
        match mark(directory.path()) {
            Ok(marker) => Ok(Self { path: directory.keep(), _marker: marker, reserve }),
            Err(error) => {
                drop(reserve);
                drop(directory);
                Err(error)
            }
        }
    }

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// Marks a new directory, and locks the mark.
fn mark(directory: &Path) -> io::Result<File> {
    let mut marker =
        OpenOptions::new().write(true).create_new(true).open(directory.join(MARKER))?;
    // Another session may be looking at the empty marker; it lets go at once.
    marker.lock().map_err(|error| {
        io::Error::new(error.kind(), format!("a file in it cannot be locked: {error}"))
    })?;
    marker.write_all(MARKER_TEXT.as_bytes())?;
    Ok(marker)
}

impl Drop for HeldDirectory {
    fn drop(&mut self) {
        self.reserve.clear();
        if let Err(error) = remove(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            warn_of_remains(&self.path, &error);
        }
    }
}

/// Removes the scratch of processes that were killed before they could. Everything else with such a name
/// is left alone.
pub(super) fn remove_abandoned(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let path = entry.path();
        // An entry that cannot be looked at is not known to be ours.
        if let Ok(Some(_lock)) = lock_abandoned(&path)
            && let Err(error) = remove(&path)
        {
            warn_of_remains(&path, &error);
        }
    }
}

/// The lock on the marker of a directory that this program made and nobody holds; `None` of any other.
fn lock_abandoned(directory: &Path) -> io::Result<Option<File>> {
    let metadata = fs::symlink_metadata(directory)?;
    // What another user owns could be exchanged for something else meanwhile.
    if !metadata.is_dir() || metadata.uid() != rustix::process::geteuid().as_raw() {
        return Ok(None);
    }
    let path = directory.join(MARKER);
    if !fs::symlink_metadata(&path)?.is_file() {
        return Ok(None);
    }
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut marker = OpenOptions::new().read(true).write(true).custom_flags(flags).open(&path)?;
    if marker.try_lock().is_err() {
        return Ok(None);
    }
    // A third session may have removed the directory between opening and locking.
    let (opened, named) = (marker.metadata()?, fs::symlink_metadata(&path)?);
    if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
        return Ok(None);
    }
    let mut text = Vec::new();
    (&mut marker).take(MARKER_TEXT.len() as u64 + 1).read_to_end(&mut text)?;
    Ok((text == MARKER_TEXT.as_bytes()).then_some(marker))
}

/// Removes a directory whose lock this process holds, the marker last: a removal that is killed half-way
/// leaves a directory that the next session still knows.
fn remove(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() == MARKER {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_file(directory.join(MARKER))?;
    fs::remove_dir(directory)
}

fn warn_of_remains(directory: &Path, error: &io::Error) {
    let directory = directory.display();
    eprintln!(
        "warning: the scratch directory {directory} cannot be removed: {error}; remove it by hand"
    );
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use tempfile::TempDir;

    use super::*;

    /// A directory as a killed process leaves it, under a name that tells nothing.
    fn abandoned_in(place: &Path) -> PathBuf {
        let held = HeldDirectory::create_below(place).expect("usable");
        let name = place.join(format!("{PREFIX}abandoned"));
        fs::rename(held.path(), &name).expect("renamed");
        drop(held);
        // The drop found nothing under the first name, and closed the marker.
        assert!(name.join(MARKER).is_file());
        name
    }

    #[test]
    fn only_the_lock_tells_whether_scratch_is_abandoned() {
        let place = TempDir::new().expect("temporary directory");
        let living = HeldDirectory::create_below(place.path()).expect("usable");
        fs::write(living.path().join("sqlite.db"), "in use").expect("writable");
        // As seen from another pid namespace: no process has this number.
        let moved = place.path().join(format!("{PREFIX}99999999-x"));
        fs::rename(living.path(), &moved).expect("renamed");
        let abandoned = abandoned_in(place.path());
        fs::create_dir(abandoned.join("case")).expect("made");
        fs::write(abandoned.join("case/sqlite.db"), "left").expect("writable");
        remove_abandoned(place.path());
        assert!(!abandoned.exists(), "nobody holds it");
        assert_eq!(fs::read(moved.join("sqlite.db")).expect("kept"), b"in use");
        fs::rename(&moved, living.path()).expect("renamed");
    }

    #[test]
    fn what_this_program_did_not_mark_is_left_alone() {
        let place = TempDir::new().expect("temporary directory");
        let at = |name: &str| place.path().join(format!("{PREFIX}{name}"));
        let other = TempDir::new().expect("temporary directory");
        let marked = other.path().join("marked");
        fs::write(&marked, MARKER_TEXT).expect("writable");
        fs::create_dir(at("notes")).expect("made");
        fs::write(at("notes").join("thesis.txt"), "years of work").expect("writable");
        fs::create_dir(at("2026")).expect("made");
        fs::create_dir(at("99999999-x")).expect("made");
        fs::write(at("1"), MARKER_TEXT).expect("writable");
        for (name, text) in
            [("empty", ""), ("other", "mine\n"), ("longer", &format!("{MARKER_TEXT}x"))]
        {
            fs::create_dir(at(name)).expect("made");
            fs::write(at(name).join(MARKER), text).expect("writable");
        }
        for name in ["marker-is-directory", "marker-is-link", "marker-is-pipe"] {
            fs::create_dir(at(name)).expect("made");
        }
        fs::create_dir(at("marker-is-directory").join(MARKER)).expect("made");
        symlink(&marked, at("marker-is-link").join(MARKER)).expect("linked");
        let pipe = at("marker-is-pipe").join(MARKER);
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).expect("made");
        let elsewhere = abandoned_in(other.path());
        symlink(&elsewhere, at("99999999-link")).expect("linked");
        let names = |directory: &Path| {
            let entries = fs::read_dir(directory).expect("readable");
            let mut names: Vec<_> =
                entries.map(|entry| entry.expect("readable").file_name()).collect();
            names.sort();
            names
        };
        let before = names(place.path());
        remove_abandoned(place.path());
        assert_eq!(names(place.path()), before);
        assert_eq!(fs::read(at("notes").join("thesis.txt")).expect("kept"), b"years of work");
        assert!(elsewhere.join(MARKER).is_file(), "a link is not followed");
    }

    #[test]
    fn sessions_that_begin_at_once_leave_each_other_alone() {
        let place = TempDir::new().expect("temporary directory");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        remove_abandoned(place.path());
                        let held = HeldDirectory::create_below(place.path()).expect("usable");
                        fs::write(held.path().join("file"), "mine").expect("not removed");
                        remove_abandoned(place.path());
                        assert_eq!(fs::read(held.path().join("file")).expect("kept"), b"mine");
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(place.path()).expect("readable").count(), 0);
    }
}
