//! What a campaign examines.

use std::fmt::Debug;
use std::path::Path;

use disk_model::Disk;

use crate::error::Error;
use crate::key::Key;
use crate::oracle::{Expected, Found};
use crate::recording::Recording;

/// A store under settings, whose life can be recorded and whose remains can be opened again.
pub trait Subject: Debug + Sync {
    /// What decides its durability, and so what its verdict is about.
    fn key(&self) -> Key;

    /// What is there, and durable, before the life begins.
    fn before(&self) -> Expected;

    /// Lives once, undisturbed, in an empty directory.
    ///
    /// # Errors
    /// Whatever fails: without a crash nothing may.
    fn live(&self, scratch: &Path) -> Result<Recording, Error>;

    /// Opens what a crash left, reads everything, hands new packets in, and closes. The restart's events are
    /// recorded if that is asked for.
    ///
    /// # Errors
    /// Only what is the campaign's own fault. What the store refuses is found, not an error.
    fn restart(&self, left: &Left<'_>, scratch: &Path) -> Result<Restart, Error>;
}

/// What a crash left.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// The files, all of them durable.
    pub disk: &'a Disk,
    /// Files that no crash keeps, but which are there.
    pub volatile: &'a [(&'a str, &'a [u8])],
    /// The life that now begins: 1 after the first crash.
    pub life: u32,
    /// Whether its events are wanted.
    pub recorded: bool,
}

/// A restart.
#[derive(Clone, Debug)]
pub struct Restart {
    /// What was found.
    pub found: Found,
    /// What was done, if that was wanted and there was something to open.
    pub recording: Option<Recording>,
}
