//! Reading: what an application asks of what it keeps, and who answers.

use std::fmt::Debug;
use std::num::NonZeroU32;

use crate::error::{Result, WriteError};
use crate::record::Record;

/// One read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Query {
    /// The first vote that was inserted for an article, found through an index.
    FirstVote {
        /// The article.
        article: u32,
    },
    /// Every vote for an article, found through an index, in the order of their insertion.
    Votes {
        /// The article.
        article: u32,
    },
    /// Consecutive records in the order of their insertion.
    Range {
        /// How many records were inserted before the first one that is wanted.
        first: u64,
        /// How many are wanted; fewer are found only at the end.
        records: NonZeroU32,
    },
    /// How many votes an article has. No record is shown.
    VoteCount {
        /// The article.
        article: u32,
    },
}

/// Answers queries over what a path has acknowledged. It holds what an application would keep
/// between two queries, such as prepared statements.
pub trait ReadPath {
    /// Appends the records of the answer to `found`, in order, and returns how many they are. Of
    /// [`Query::VoteCount`] it returns the count, and appends nothing.
    ///
    /// # Errors
    /// [`WriteError::NoWayToRead`] when this path cannot answer such a query without reading
    /// everything it has, and whatever its engine reports.
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64>;
}

/// A reader with a connection of its own, which works beside the commits of an open path. It is opened by the
/// thread that asks, because a connection stays on its thread.
pub trait ReaderBeside: Debug + Send {
    /// Opens the connection, lends its reader to `client` until that returns, and closes it. The path must stay
    /// open meanwhile.
    ///
    /// # Errors
    /// Whatever the engine reports on opening and closing; what it answers to queries is the client's.
    fn lend(self: Box<Self>, client: &mut dyn FnMut(&mut dyn ReadPath)) -> Result<()>;
}

impl Query {
    /// The query in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstVote { .. } => "the first vote for an article",
            Self::Votes { .. } => "the votes for an article",
            Self::Range { .. } => "consecutive records",
            Self::VoteCount { .. } => "the number of votes for an article",
        }
    }

    /// The error of a store that has no way to find the answer but to read everything.
    pub(crate) fn no_way_in(self, store: &'static str) -> WriteError {
        WriteError::NoWayToRead { store, query: self.name() }
    }
}
