//! The table itself.

use super::cell::Cell;
use super::field::{Field, Heading, Rank};
use super::missing::Missing;

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
        let kept: Vec<bool> = (0..self.headings.len()).map(is_filled).collect();
        self.keep(&kept);
        self
    }

    /// The same without what only the file has.
    #[must_use]
    pub fn for_people(&self) -> Self {
        let mut shown = self.clone();
        let kept: Vec<bool> =
            self.headings.iter().map(|heading| heading.rank != Rank::FileOnly).collect();
        shown.keep(&kept);
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

    /// Keeps the columns that are marked.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        fn marked<T>(all: &mut Vec<T>, kept: &[bool]) {
            let mut marks = kept.iter();
            all.retain(|_| marks.next().copied().unwrap_or(true));
        }
        marked(&mut self.headings, kept);
        self.sections
            .iter_mut()
            .flat_map(|section| &mut section.rows)
            .for_each(|row| marked(row, kept));
    }

    /// What the columns mean, what the table says beside its rows, and what a dash stands for.
    #[must_use]
    pub fn all_notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        let of_columns = self.headings.iter().map(|heading| heading.note.to_owned());
        for note in of_columns.chain(self.notes.iter().cloned()).chain(self.legend_of_missing()) {
            if !note.is_empty() && !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
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
