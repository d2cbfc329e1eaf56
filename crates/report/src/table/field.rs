//! A column: its heading, and what a row has there.

use super::cell::Cell;

/// The heading of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heading {
    /// In CSV: stable, the unit last.
    pub key: &'static str,
    /// As people read it.
    pub text: &'static str,
    /// What stands below it.
    pub kind: Kind,
    /// Whether it goes where there is no room.
    pub rank: Rank,
    /// What it means, where the heading does not say it; a note below the table, once for all columns that share it.
    pub note: &'static str,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ids of cases, to the left; they lose their middle where there is no room.
    Id,
    /// Words, to the left.
    Text,
    /// Figures, to the right.
    Figure,
    /// Bars, in text only.
    Bar,
}

/// Whether a column goes where there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is in the file alone, however much room there is.
    FileOnly,
    /// It goes; the lowest number goes first, and columns of one number together.
    GivesWay(u8),
    /// It stays.
    Stays,
}

impl Heading {
    /// Of figures.
    #[must_use]
    pub const fn figure(key: &'static str, text: &'static str) -> Self {
        Self { key, text, kind: Kind::Figure, rank: Rank::Stays, note: "" }
    }

    /// Of words.
    #[must_use]
    pub const fn words(key: &'static str, text: &'static str) -> Self {
        Self { kind: Kind::Text, ..Self::figure(key, text) }
    }

    /// Of bars.
    #[must_use]
    pub const fn bars(key: &'static str) -> Self {
        Self { kind: Kind::Bar, ..Self::figure(key, "") }
    }

    /// The same, which goes where there is no room; the lowest number goes first.
    #[must_use]
    pub const fn gives_way(self, rank: u8) -> Self {
        Self { rank: Rank::GivesWay(rank), ..self }
    }

    /// The same, which only the CSV has.
    #[must_use]
    pub const fn file_only(self) -> Self {
        Self { rank: Rank::FileOnly, ..self }
    }

    /// The same, with what it means.
    #[must_use]
    pub const fn noted(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// A column of a table of rows of one type.
pub struct Field<R: ?Sized> {
    /// The heading.
    pub heading: Heading,
    /// What a row has there.
    pub cell: fn(&R) -> Cell,
}

// Not derived: a row need not be `Copy` for its column to be.
impl<R: ?Sized> Clone for Field<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: ?Sized> Copy for Field<R> {}

impl<R: ?Sized> Field<R> {
    /// A column.
    #[must_use]
    pub const fn new(heading: Heading, cell: fn(&R) -> Cell) -> Self {
        Self { heading, cell }
    }

    /// The same, which goes where there is no room, as [`Heading::gives_way`].
    #[must_use]
    pub const fn gives_way(self, rank: u8) -> Self {
        Self::new(self.heading.gives_way(rank), self.cell)
    }

    /// The same, with what it means.
    #[must_use]
    pub const fn noted(self, note: &'static str) -> Self {
        Self::new(self.heading.noted(note), self.cell)
    }

    /// A column of figures.
    #[must_use]
    pub const fn figure(key: &'static str, text: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self::new(Heading::figure(key, text), cell)
    }

    /// A column of words.
    #[must_use]
    pub const fn words(key: &'static str, text: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self::new(Heading::words(key, text), cell)
    }

    /// A column of ids.
    #[must_use]
    pub const fn ids(key: &'static str, text: &'static str, cell: fn(&R) -> Cell) -> Self {
        Self::new(Heading { kind: Kind::Id, ..Heading::figure(key, text) }, cell)
    }
}
