//! A CSV file that keeps each row from the moment at which it is known.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::cell::Cell;
use super::csv_text;
use super::field::{Field, Heading};
use crate::atomic_file::WriteError;
use crate::error::ReportError;

/// An open CSV file of rows of one type.
pub struct CsvFile<'fields, R> {
    path: PathBuf,
    file: File,
    fields: &'fields [Field<R>],
}

impl<'fields, R> CsvFile<'fields, R> {
    /// A new file in a directory, which is made too; with a number in its name where there is one of that stem already,
    /// so that nothing is overwritten.
    ///
    /// # Errors
    /// [`ReportError::Write`] naming what cannot be made.
    pub fn create_new(
        directory: &Path,
        stem: &str,
        fields: &'fields [Field<R>],
    ) -> Result<Self, ReportError> {
        std::fs::create_dir_all(directory).map_err(WriteError::of(directory))?;
        let mut number = 1;
        loop {
            let place = if number == 1 { String::new() } else { format!(".{number}") };
            let path = directory.join(format!("{stem}{place}.csv"));
            match File::create_new(&path) {
                Ok(file) => return Self::begin(path, file, fields),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(source) => return Err(WriteError { path, source }.into()),
            }
        }
    }

    /// A new file in the place of an old one.
    ///
    /// # Errors
    /// [`ReportError::Write`] where it cannot be made.
    pub fn create(path: &Path, fields: &'fields [Field<R>]) -> Result<Self, ReportError> {
        let path = path.to_owned();
        match File::create(&path) {
            Ok(file) => Self::begin(path, file, fields),
            Err(source) => Err(WriteError { path, source }.into()),
        }
    }

    fn begin(path: PathBuf, file: File, fields: &'fields [Field<R>]) -> Result<Self, ReportError> {
        let mut begun = Self { path, file, fields };
        begun.write(&csv_text::keys(&begun.headings()))?;
        Ok(begun)
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ReportError::Write`] where it cannot be written.
    pub fn add(&mut self, row: &R) -> Result<(), ReportError> {
        let cells: Vec<Cell> = self.fields.iter().map(|field| (field.cell)(row)).collect();
        self.write(&csv_text::line(&self.headings(), &cells))
    }

    fn headings(&self) -> Vec<Heading> {
        self.fields.iter().map(|field| field.heading).collect()
    }

    fn write(&mut self, line: &str) -> Result<(), ReportError> {
        let written = self.file.write_all(line.as_bytes());
        Ok(written.map_err(WriteError::of(&self.path))?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn each_row_is_a_line_at_once_and_nothing_is_overwritten() {
        let fields = [Field::<u64>::figure("operations", "operations", |row| Cell::Count(*row))];
        let place = tempfile::tempdir().unwrap();
        let directory = place.path().join("growth");
        let mut first = CsvFile::create_new(&directory, "growth", &fields).unwrap();
        first.add(&81_234).unwrap();
        assert_eq!(fs::read_to_string(first.path()).unwrap(), "operations\n81234\n");
        let second = CsvFile::create_new(&directory, "growth", &fields).unwrap();
        assert_eq!(second.path(), directory.join("growth.2.csv"));
        assert_eq!(fs::read_to_string(first.path()).unwrap(), "operations\n81234\n");
    }
}
