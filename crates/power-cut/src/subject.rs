//! What a campaign examines.

use std::fmt::Debug;
use std::path::Path;

use disk_model::Disk;

use crate::error::Error;
use crate::fault::Fault;
use crate::key::Key;
use crate::oracle::{Expected, Found};
use crate::recording::{Phase, Recorder, Recording};

/// A store under settings, whose life can be recorded and whose remains can be opened again.
pub trait Subject: Debug + Sync {
    /// What decides its durability, and so what its verdict is about.
    fn key(&self) -> Key;

    /// What is there, and durable, before the life begins.
    fn before(&self) -> Expected;

    /// Lives once in an empty directory, undisturbed but for a fault. After an error that this led to, the store is
    /// opened again and the life goes on, as far as it gets.
    ///
    /// # Errors
    /// Whatever fails without a fault: nothing may.
    fn live(&self, scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error>;

    /// Lives once in an empty directory of real files, unrecorded; the recorder is told of packets alone.
    ///
    /// # Errors
    /// As [`live`](Self::live).
    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error>;

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

/// After so many errors in succession an application gives up.
const REOPENINGS_MAX: usize = 3;

/// How a life goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the store that was made for it.
    Start,
    /// From whatever the store holds after an error.
    AnError,
}

/// Lives, and again from whatever an error has left, if a fault has led to it.
///
/// # Errors
/// What no fault has led to.
pub fn live_through(
    recorder: &Recorder,
    mut live: impl FnMut(Origin) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut lived = live(Origin::Start);
    for _ in 0..REOPENINGS_MAX {
        if lived.is_ok() || !recorder.has_struck() {
            return lived;
        }
        recorder.phase(Phase::Recovering);
        lived = live(Origin::AnError);
    }
    Ok(())
}
