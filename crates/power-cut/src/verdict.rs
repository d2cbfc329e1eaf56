//! Verdicts in a file of their own: the records of runs are never rewritten.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::choice::Interrupted;
use crate::error::Error;
use crate::key::Key;
use crate::oracle::Class;
use crate::recording::Phase;

/// The format that this program writes and reads.
pub const VERDICT_FORMAT: u32 = 2;

/// What a campaign found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictFile {
    /// [`VERDICT_FORMAT`].
    pub format: u32,
    /// SQLite's version, as in `3.54.1`.
    pub sqlite_version: String,
    /// The seed of the states.
    pub seed: u64,
    /// States that were asked for of each key; fewer are tried where there are no more.
    pub states_asked: u64,
    /// What was taken for granted of a write that the power interrupts.
    pub interrupted: Interrupted,
    /// One for each key.
    pub verdicts: Vec<Verdict>,
}

/// What the states of one key showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whose, as its id.
    pub case: String,
    /// The same, setting by setting.
    #[serde(flatten)]
    pub key: Key,
    /// The worst of all states.
    pub class: Class,
    /// The worst of those that an ordered file system leaves.
    pub class_ordered: Class,
    /// The most acknowledged packets that one state had lost.
    pub lost_packets_max: u64,
    /// A state that shows the worst, minimised; none if nothing is wrong.
    pub witness: Option<String>,
    /// What is wrong in it, in words.
    pub why: String,
    /// How many states were of each class.
    pub classes: BTreeMap<Class, u64>,
    /// How many states were tried in each phase. A phase that is missing was not examined.
    pub phases: BTreeMap<Phase, u64>,
}

impl Verdict {
    /// How many states were tried.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.phases.values().sum()
    }
}

impl VerdictFile {
    /// Writes the file in the place of what was there; a campaign that is killed meanwhile leaves the old one or
    /// the new one.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let new = path.with_added_extension("new");
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::from);
        text.and_then(|text| fs::write(&new, text + "\n"))
            .and_then(|()| fs::rename(&new, path))
            .map_err(Error::io("writing", path))
    }

    /// Reads a file that was written.
    ///
    /// # Errors
    /// What the file system answers, or that it is something else.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::io("reading", path))?;
        let other = |got: String| {
            let path = path.display();
            Error::Failed(format!(
                "{path}: expected a verdict file of format {VERDICT_FORMAT}, got {got}"
            ))
        };
        let file: Self = serde_json::from_str(&text).map_err(|error| other(error.to_string()))?;
        match file.format {
            VERDICT_FORMAT => Ok(file),
            format => Err(other(format!("format {format}"))),
        }
    }

    /// Whether a campaign of this file's settings is the one of `other`, so that it can go on with its verdicts.
    #[must_use]
    pub fn is_of_campaign(&self, other: &Self) -> bool {
        let settings = |file: &Self| (file.seed, file.states_asked, file.interrupted);
        settings(self) == settings(other) && self.sqlite_version == other.sqlite_version
    }

    /// The verdict on a key; none if it was not examined.
    #[must_use]
    pub fn of(&self, key: &Key) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.key == *key)
    }
}
