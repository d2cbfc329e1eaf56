//! What can go wrong in a campaign. (What a crash does to a store is a judgement, not an error.)

use std::io;
use std::path::Path;

/// What a store under examination answers.
pub type StoreError = Box<dyn std::error::Error + Send + Sync>;

/// An error of the machinery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A build cannot be activated.
    #[error(transparent)]
    Build(#[from] sqlite_builds::Error),
    /// A store failed in a life without a crash.
    #[error("expected a life without a crash in which nothing fails, got: {0}")]
    Store(StoreError),
    /// A witness is not one, or not of this case.
    #[error("witness {text:?}: expected {expected}; give one that a campaign printed")]
    Witness {
        /// What was given.
        text: String,
        /// What it should be.
        expected: String,
    },
    /// Whoever asked does not want to know any more.
    #[error("interrupted")]
    Stopped,
    /// Anything else, in words.
    #[error("{0}")]
    Failed(String),
}

impl Error {
    /// The file system refused something.
    pub(crate) fn io(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let path = path.display();
            Self::Failed(format!("{doing} {path}: {source}; see to the space and the rights there"))
        }
    }
}
