//! A claim as it is listed: whose it is, what was said, and what settles it.

use std::fmt;

use super::measurement::Measurement;
use super::standard::Standard;

/// A claim of one of the documents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClaimSpec {
    /// Its stable key.
    pub key: &'static str,
    /// Who said it, and where.
    pub source: Source,
    /// What was said, in its own words as far as they fit.
    pub words: &'static str,
    /// The question whose cases settle it.
    pub question: &'static str,
    /// Which figure settles it.
    pub measurement: Measurement,
    /// By what that figure is judged.
    pub standard: Standard,
    /// What a machine needs to show it.
    pub needs: Needs,
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The document.
    pub document: Document,
    /// Its section.
    pub place: &'static str,
}

/// The documents, and what their authors published beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// `soup-write-performance`: ekmartin/thesis, `base-post.md` at 7409e6a.
    WritePerformance,
    /// The same at 41c886c, and as a comment on mit-pdos/noria pull request 58.
    SecondVersion,
    /// ekmartin/thesis, the figures of its benchmarks.
    Thesis,
    /// This suite, of its own log: the bar that makes it no straw man.
    ThisSuite,
    /// `log-driver-notes`: clintfred/rusqlite-queue-bench, `notes.md` at f3b58b3.
    LogDriver,
}

/// What a machine or a store needs so that a claim can show. Without it a figure outside of what is accepted refutes
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// So many processors.
    Processors(u64),
    /// A database of so many bytes.
    DatabaseBytes(u64),
}

/// A claim of which its words and what settles it are to be said.
pub(super) const fn claim(key: &'static str, source: Source) -> Said {
    Said { key, source, words: "" }
}

/// A claim of which it is to be said what settles it.
pub(super) struct Said {
    key: &'static str,
    source: Source,
    words: &'static str,
}

impl Said {
    pub(super) const fn says(self, words: &'static str) -> Self {
        Self { words, ..self }
    }

    pub(super) const fn settled_by(
        self,
        question: &'static str,
        measurement: Measurement,
        standard: Standard,
    ) -> ClaimSpec {
        let Self { key, source, words } = self;
        ClaimSpec { key, source, words, question, measurement, standard, needs: Needs::Nothing }
    }
}

impl ClaimSpec {
    /// The same, which shows only where there is this.
    pub(super) const fn needing(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }
}

impl Source {
    /// A section of a document.
    pub(super) const fn of(document: Document, place: &'static str) -> Self {
        Self { document, place }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let document = match self.document {
            Document::WritePerformance => "soup-write-performance",
            Document::SecondVersion => "soup-write-performance, second version",
            Document::Thesis => "ekmartin/thesis",
            Document::ThisSuite => "this suite",
            Document::LogDriver => "log-driver-notes",
        };
        write!(formatter, "{document}, \"{}\"", self.place)
    }
}
