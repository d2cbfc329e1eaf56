//! A file that counts what is asked of it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::counters::WorkDone;

/// A file that is only appended to.
#[derive(Debug)]
pub(super) struct CountedFile {
    file: File,
    done: WorkDone,
}

impl CountedFile {
    /// Opens the file to append to it, and makes it if need be. Soup did not sync the directory.
    pub(super) fn append_to(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Self { file, done: WorkDone::default() })
    }

    /// fdatasync.
    pub(super) fn sync_data(&mut self) -> io::Result<()> {
        self.done.syncs += 1;
        self.file.sync_data()
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
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
