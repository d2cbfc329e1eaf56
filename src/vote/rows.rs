//! A CSV of a run to which lines are added as they are measured.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use serde::Serialize;

/// A file that keeps each line from the moment at which it is known.
pub(crate) struct RowsFile {
    path: PathBuf,
    writer: csv::Writer<File>,
}

impl RowsFile {
    /// A new file in a run's directory: another command of the same run keeps its own.
    pub(crate) fn create(run: &Path, stem: &str) -> anyhow::Result<Self> {
        let mut number = 1;
        loop {
            let place = if number == 1 { String::new() } else { format!(".{number}") };
            let path = run.join(format!("{stem}{place}.csv"));
            match File::create_new(&path) {
                Ok(file) => return Ok(Self { path, writer: csv::Writer::from_writer(file) }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => anyhow::bail!("creating {}: {error}", path.display()),
            }
        }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line, whose field names are the headings.
    pub(crate) fn add(&mut self, row: &impl Serialize) -> anyhow::Result<()> {
        let added = self.writer.serialize(row).and_then(|()| Ok(self.writer.flush()?));
        added.map_err(|error| anyhow!("writing {}: {error}", self.path.display()))
    }
}
