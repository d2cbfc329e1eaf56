//! The table itself.

use super::cell::{Cell, Missing};
use super::field::{Field, Heading, Kind, Rank};
use crate::listing::distinct;

/// Columns, rows and notes.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub(super) headings: Vec<Heading>,
    pub(super) sections: Vec<Section>,
    pub(super) notes: Vec<String>,
}

/// Rows that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What they have in common; none where the table has one section.
    pub heading: Option<String>,
    /// Each has a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table of these columns, without rows.
    #[must_use]
    pub fn new(headings: Vec<Heading>) -> Self {
        Self { headings, sections: Vec::new(), notes: Vec::new() }
    }

    /// A table of rows of one type.
    pub fn of<'row, R: 'row>(fields: &[Field<R>], rows: impl IntoIterator<Item = &'row R>) -> Self {
        let headings = fields.iter().map(|field| field.heading).collect();
        let cells = |row| fields.iter().map(|field| (field.cell)(row)).collect();
        Self::new(headings).with_section(None, rows.into_iter().map(cells).collect())
    }

    /// The same with further rows, under a heading of theirs. A section without rows is left out.
    #[must_use]
    pub fn with_section(mut self, heading: Option<String>, rows: Vec<Vec<Cell>>) -> Self {
        debug_assert!(rows.iter().all(|row| row.len() == self.headings.len()));
        if !rows.is_empty() {
            self.sections.push(Section { heading, rows });
        }
        self
    }

    /// The same with a note below; an empty one is none.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        let note = note.into();
        if !note.is_empty() {
            self.notes.push(note);
        }
        self
    }

    /// The same without columns that no row fills.
    #[must_use]
    pub fn without_empty_columns(mut self) -> Self {
        let is_filled = |column: usize| self.rows().any(|row| row[column].missing().is_none());
        let filled: Vec<bool> = (0..self.headings.len()).map(is_filled).collect();
        self.keep(|column, _| filled[column]);
        self
    }

    /// The same without what only the file has.
    #[must_use]
    pub(super) fn for_people(&self) -> Self {
        let mut shown = self.clone();
        shown.keep(|_, heading| heading.rank != Rank::FileOnly);
        shown
    }

    /// The same without bars, which are of characters, and without what only the file has.
    #[must_use]
    pub fn for_pages(&self) -> Self {
        let mut shown = self.for_people();
        shown.keep(|_, heading| heading.kind != Kind::Bar);
        shown
    }

    /// Whether it has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sections.is_empty()
    }

    /// The columns' headings.
    #[must_use]
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// Its sections.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every row, section by section.
    pub fn rows(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.sections.iter().flat_map(|section| &section.rows)
    }

    /// Keeps some columns.
    pub(super) fn keep(&mut self, is_kept: impl Fn(usize, &Heading) -> bool) {
        let columns = self.headings.iter().enumerate();
        let kept: Vec<bool> = columns.map(|(place, heading)| is_kept(place, heading)).collect();
        let rows = self.sections.iter_mut().flat_map(|section| &mut section.rows);
        for row in rows {
            let mut marks = kept.iter();
            row.retain(|_| marks.next() == Some(&true));
        }
        let mut marks = kept.iter();
        self.headings.retain(|_| marks.next() == Some(&true));
    }

    /// What the columns mean, what the table says beside its rows, and what a dash stands for.
    #[must_use]
    pub fn all_notes(&self) -> Vec<String> {
        let of_columns = self.headings.iter().map(|heading| heading.note.to_owned());
        let notes = of_columns.chain(self.notes.iter().cloned()).chain(self.legend_of_missing());
        distinct(notes.filter(|note| !note.is_empty()))
    }

    /// What a dash in a cell stands for; `None` where there is none.
    fn legend_of_missing(&self) -> Option<String> {
        let mut reasons: Vec<Missing> = self.rows().flatten().filter_map(Cell::missing).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let words: Vec<&str> = reasons.into_iter().map(Missing::in_words).collect();
        (!words.is_empty()).then(|| format!("-: {}", words.join(", or ")))
    }
}
