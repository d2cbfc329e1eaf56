//! A file that counts what is asked of it.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::counters::WorkDone;
use crate::files::{FileChange, FileObserver, observer_of};

/// A file that is only appended to.
#[derive(Debug)]
pub(super) struct CountedFile {
    file: File,
    done: WorkDone,
    observed: Option<Observed>,
}

/// A file whose changes are told to somebody.
#[derive(Debug)]
struct Observed {
    observer: Arc<dyn FileObserver>,
    path: PathBuf,
    bytes: u64,
}

impl CountedFile {
    /// Opens the file to append to it, and makes it if need be. Soup did not sync the directory.
    pub(super) fn append_to(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        let observed = match observer_of(path) {
            Some(observer) => {
                observer.saw(path, FileChange::Opened);
                Some(Observed { observer, path: path.to_owned(), bytes: file.metadata()?.len() })
            }
            None => None,
        };
        Ok(Self { file, done: WorkDone::default(), observed })
    }

    /// fdatasync.
    pub(super) fn sync_data(&mut self) -> io::Result<()> {
        self.done.syncs += 1;
        self.file.sync_data()?;
        if let Some(Observed { observer, path, .. }) = &self.observed {
            observer.saw(path, FileChange::Synced);
        }
        Ok(())
    }

    /// What was asked of the file.
    pub(super) fn work_done(&self) -> WorkDone {
        self.done
    }
}

impl Write for CountedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.done.writes += 1;
        self.done.bytes_written += written as u64;
        if let Some(Observed { observer, path, bytes: offset }) = &mut self.observed {
            let bytes = &bytes[..written];
            observer.saw(path, FileChange::Written { offset: *offset, bytes });
            *offset += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
