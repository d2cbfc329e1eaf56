//! A journal outside of the store: what was acked in a process that is killed.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{self, foreign};
use crate::number_set::NumberSet;
use crate::waits::Stage;

/// What is noted of a message. Written before anybody hears of it, so that a kill can only leave too little; a killed
/// process's writes stay in the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Noted {
    /// The store acked it.
    Inserted = b'i',
    /// The sink acked it.
    Delivered = b's',
    /// The store acked its deletion.
    Deleted = b'd',
}

/// Appends to a journal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
}

/// What a journal holds.
#[derive(Debug, Default)]
pub(crate) struct JournalContents {
    pub(crate) inserted: NumberSet,
    pub(crate) delivered: NumberSet,
    pub(crate) deleted: NumberSet,
}

impl Journal {
    /// Opens a thread's part of a journal to append, or begins one.
    pub(crate) fn open(path: &Path, thread: Stage) -> anyhow::Result<Self> {
        let path = part_of(path, thread);
        let opened = OpenOptions::new().create(true).append(true).open(&path);
        let file = opened.map_err(error::file("opening", &path))?;
        Ok(Self { path, file })
    }

    /// Notes numbers, in one write.
    pub(crate) fn note(&mut self, noted: Noted, numbers: &[u64]) -> anyhow::Result<()> {
        let mut entries = Vec::with_capacity(numbers.len() * ENTRY_BYTES);
        for number in numbers {
            entries.push(noted as u8);
            entries.extend_from_slice(&number.to_le_bytes());
        }
        self.file.write_all(&entries).map_err(error::file("writing", &self.path))
    }

    /// How long the part is in which acks of the store are noted; 0 before there is one.
    pub(crate) fn acked_bytes(path: &Path) -> u64 {
        part_of(path, Stage::Database).metadata().map_or(0, |metadata| metadata.len())
    }

    /// Reads a journal.
    pub(crate) fn read(path: &Path) -> anyhow::Result<JournalContents> {
        let mut contents = JournalContents::default();
        for thread in [Stage::Database, Stage::Sink] {
            contents.add(&part_of(path, thread))?;
        }
        Ok(contents)
    }
}

impl JournalContents {
    /// Adds a thread's part, whose last entry may be cut short.
    fn add(&mut self, path: &Path) -> anyhow::Result<()> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            // It was killed before there was anything to note.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(error::file("reading", path)(source)),
        };
        for entry in bytes.as_chunks::<ENTRY_BYTES>().0 {
            let [letter, number @ ..] = *entry;
            let set = match letter {
                b'i' => &mut self.inserted,
                b's' => &mut self.delivered,
                b'd' => &mut self.deleted,
                _ => {
                    let got = format!("an entry of kind {letter}");
                    return Err(foreign("a journal's entries", got));
                }
            };
            set.insert(u64::from_le_bytes(number));
        }
        Ok(())
    }
}

/// Each thread has a file of its own, so that only its last entry can be cut short.
fn part_of(path: &Path, thread: Stage) -> PathBuf {
    path.with_extension(thread.name())
}

/// A letter and a number.
const ENTRY_BYTES: usize = 9;
