//! Rows as CSV: every column but bars, unrounded, under its key; of a whole table, or in a file that keeps each row from the
//! moment at which it is known.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use super::cell::Cell;
use super::field::{Field, Heading, Kind};
use super::grid::Table;
use crate::error::ReportError;

/// What a column has in a line; `None` of bars.
type InFile = Option<String>;

impl Table {
    /// A line for the keys of the columns, and one for each row. Notes and headings of sections are not in it.
    ///
    /// # Panics
    /// Never: memory takes every byte.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let keys = self.headings.iter().map(key).collect();
        let row = |row: &Vec<Cell>| self.headings.iter().zip(row).map(in_file).collect();
        for line in [keys].into_iter().chain(self.rows().map(row)) {
            write(&mut writer, line)
                .expect("a vector takes every byte, and all rows have one length");
        }
        let bytes = writer.into_inner().expect("a vector takes every byte");
        String::from_utf8(bytes).expect("every field is text")
    }
}

fn key(heading: &Heading) -> InFile {
    (heading.kind != Kind::Bar).then(|| heading.key.to_owned())
}

/// A cell unrounded. A text that a spreadsheet would take for a formula has the sign that makes it a text there.
fn in_file((heading, cell): (&Heading, &Cell)) -> InFile {
    let text = cell.unrounded();
    let is_text = matches!(cell, Cell::Id { .. } | Cell::Text(_));
    let is_formula = is_text && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    (heading.kind != Kind::Bar).then(|| if is_formula { format!("'{text}") } else { text })
}

fn write<W: io::Write>(writer: &mut csv::Writer<W>, line: Vec<InFile>) -> io::Result<()> {
    writer.write_record(line.into_iter().flatten())?;
    writer.flush()
}

/// An open CSV file of rows of one type.
pub struct CsvFile<'fields, R> {
    path: PathBuf,
    writer: csv::Writer<File>,
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
        std::fs::create_dir_all(directory).map_err(ReportError::writing(directory))?;
        let mut number = 1;
        loop {
            let place = if number == 1 { String::new() } else { format!(".{number}") };
            let path = directory.join(format!("{stem}{place}.csv"));
            match File::create_new(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                made => return Self::begin(&path, made, fields),
            }
        }
    }

    /// A new file in the place of an old one.
    ///
    /// # Errors
    /// [`ReportError::Write`] where it cannot be made.
    pub fn create(path: &Path, fields: &'fields [Field<R>]) -> Result<Self, ReportError> {
        Self::begin(path, File::create(path), fields)
    }

    fn begin(
        path: &Path,
        made: io::Result<File>,
        fields: &'fields [Field<R>],
    ) -> Result<Self, ReportError> {
        let writer = csv::Writer::from_writer(made.map_err(ReportError::writing(path))?);
        let mut begun = Self { path: path.to_owned(), writer, fields };
        begun.write(fields.iter().map(|field| key(&field.heading)).collect())?;
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
        let cell = |field: &Field<R>| in_file((&field.heading, &(field.cell)(row)));
        self.write(self.fields.iter().map(cell).collect())
    }

    fn write(&mut self, line: Vec<InFile>) -> Result<(), ReportError> {
        write(&mut self.writer, line).map_err(ReportError::writing(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::CsvFile;
    use crate::table::{Cell, Field, Missing, Table};

    fn of(id: &str, change: f64) -> String {
        let fields = [
            Field::<(&str, f64)>::ids("case", "case", |row| Cell::id(row.0)),
            Field::figure("change_per_second", "change", |row| Cell::Growth(row.1)),
            Field::figure("acks", "acks", |_| Cell::Missing(Missing::NotMeasured)),
        ];
        Table::of(&fields, &[(id, change)]).with_note("not in it").csv()
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(of("a, \"b\"/1", 0.5), "case,change_per_second,acks\n\"a, \"\"b\"\"/1\",0.5,\n");
        assert_eq!(of("a\nb", 1.0), "case,change_per_second,acks\n\"a\nb\",1,\n");
    }

    #[test]
    fn no_text_is_a_formula_and_a_number_below_zero_stays_one() {
        for formula in ["=1+1", "+1", "-1", "@x", "\tx"] {
            let line = of(formula, -2.0);
            assert!(line.contains(&format!("'{formula},-2,")), "{line}");
        }
    }

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
