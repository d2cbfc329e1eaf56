//! A WAL of a given length: grown by commits, and brought back when timed commits have grown it.

use std::num::NonZeroU32;
use std::time::Duration;

use write_path::WritePath;

use crate::commit::commit;
use crate::error::RunnerError;
use crate::prefill::Extent;
use crate::workload::PacketSource;

/// How far timed commits may lengthen a WAL before it is brought back: by a quarter, and by some
/// commits where a quarter is nothing.
const GROWTH_SHARE: u64 = 4;
const GROWTH_FRAMES: u64 = 1000;

/// The longest WAL where nothing is measured and a test must be quick.
const SMALL_FRAMES: u64 = 200;

/// A WAL's length when timing starts.
#[derive(Debug, Clone, Copy)]
pub struct WalLength {
    frames: u64,
}

/// The lengths that a WAL had while its case was timed, in frames.
#[derive(Debug, Clone, Copy)]
pub struct WalSpan {
    /// The least at the beginning of a timed stretch.
    pub begin: u64,
    /// The largest at the end of one.
    pub end: u64,
}

/// What became of a WAL that is kept at some length while a case is timed.
#[derive(Debug, Clone, Copy, Default)]
pub struct WalKept {
    /// Between which lengths it was; `None` where nothing was timed.
    pub span: Option<WalSpan>,
    /// How often it was brought back.
    pub restored: u32,
    /// How long that took, which is charged nowhere.
    pub restoring: Duration,
}

impl WalLength {
    /// A length of so many frames; of fewer where little is made.
    pub fn new(frames: u32, extent: Extent) -> Self {
        let frames = u64::from(frames);
        match extent {
            Extent::Full => Self { frames },
            Extent::Small => Self { frames: frames.min(SMALL_FRAMES) },
        }
    }

    /// Commits something, checkpoints everything and lets the WAL grow to its length. A WAL that
    /// nothing was ever written to is a case of its own: SQLite does not know the database's size
    /// from it, and asks the file system at each read.
    pub fn reach(
        self,
        path: &mut dyn WritePath,
        source: &mut PacketSource,
    ) -> Result<(), RunnerError> {
        let found = frames(path)?;
        grow(path, source, found + 1)?;
        path.drain()?;
        grow(path, source, self.frames)
    }

    /// Lets the WAL file grow once to all that timed commits will use of it, so that they write into
    /// space that was written before.
    pub fn occupy_space(
        self,
        path: &mut dyn WritePath,
        source: &mut PacketSource,
    ) -> Result<(), RunnerError> {
        grow(path, source, self.frames_max())
    }

    /// Whether timed commits have made the WAL much longer.
    pub fn is_exceeded(self, path: &dyn WritePath) -> Result<bool, RunnerError> {
        Ok(frames(path)? > self.frames_max())
    }

    fn frames_max(self) -> u64 {
        self.frames + self.frames / GROWTH_SHARE + GROWTH_FRAMES
    }
}

impl WalSpan {
    /// A span that also holds one more timed stretch.
    pub fn widened(span: Option<Self>, begin: u64, end: u64) -> Self {
        span.map_or(Self { begin, end }, |span| Self {
            begin: span.begin.min(begin),
            end: span.end.max(end),
        })
    }
}

/// How long a path's WAL is.
pub fn frames(path: &dyn WritePath) -> Result<u64, RunnerError> {
    path.inspect().wal_frames()?.ok_or_else(|| {
        RunnerError::Unfit(
            "the case starts with a WAL of some length, but its path has no WAL; choose journal mode \
             WAL, or another initial state"
                .into(),
        )
    })
}

/// Commits packets until the WAL holds so many frames. A record brings a frame or two, so packets
/// of half as many records as frames are missing end close to the mark.
fn grow(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    expected: u64,
) -> Result<(), RunnerError> {
    let mut found = frames(path)?;
    while found < expected {
        let half = u32::try_from((expected - found) / 2).unwrap_or(u32::MAX);
        let records = NonZeroU32::new(half).unwrap_or(NonZeroU32::MIN);
        let packet = source.packet_of(records.min(source.records_per_packet()));
        commit(path, &packet)?;
        let before = found;
        found = frames(path)?;
        if found <= before {
            return Err(RunnerError::Unfit(format!(
                "expected a WAL of {expected} frames, got one that commits leave at {found}; switch \
                 wal_autocheckpoint off"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use write_path::sqlite::{
        JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
    };
    use write_path::{PathSpec, WriteError};

    use super::*;
    use crate::case::count;
    use crate::workload::{SEED, Workload};

    fn open(
        journal_mode: JournalMode,
        wal_autocheckpoint: WalAutocheckpoint,
        directory: &Path,
    ) -> Result<Box<dyn WritePath>, WriteError> {
        let pragmas = Pragmas {
            wal_autocheckpoint,
            ..Pragmas::with_durability(journal_mode, Synchronous::Off)
        };
        let table = Table::Votes(SecondaryIndexes::Article);
        SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas).open(directory)
    }

    fn source() -> PacketSource {
        PacketSource::new(Workload::VOTES, count(400), SEED)
    }

    #[test]
    fn a_wal_is_brought_to_its_length_again_and_again() {
        let directory = tempfile::tempdir().expect("temporary directory");
        let opened = open(JournalMode::Wal, WalAutocheckpoint::Off, directory.path());
        let (mut path, mut source) = (opened.expect("open"), source());
        for frames_expected in [2000, 0, 300] {
            let length = WalLength::new(frames_expected, Extent::Full);
            length.reach(path.as_mut(), &mut source).expect("reached");
            let found = frames(path.as_ref()).expect("a WAL");
            // A commit of one vote brings a frame or two, and a few where it splits pages.
            let expected = u64::from(frames_expected);
            assert!((expected..expected + 8).contains(&found), "{expected} {found}");
            assert!(!length.is_exceeded(path.as_ref()).expect("a WAL"));
            length.occupy_space(path.as_mut(), &mut source).expect("grown");
            grow(path.as_mut(), &mut source, found + expected / 4 + 1010).expect("grown");
            assert!(length.is_exceeded(path.as_ref()).expect("a WAL"));
        }
    }

    #[test]
    fn a_wal_that_checkpoints_keep_short_is_refused() {
        let directory = tempfile::tempdir().expect("temporary directory");
        let checkpoints = WalAutocheckpoint::Pages(count(20));
        let opened = open(JournalMode::Wal, checkpoints, directory.path());
        let length = WalLength::new(5000, Extent::Full);
        let refused = length.reach(opened.expect("open").as_mut(), &mut source());
        let error = refused.expect_err("the WAL stays short").to_string();
        assert!(error.contains("expected a WAL of 5000 frames"), "{error}");
    }

    #[test]
    fn a_path_without_a_wal_is_refused() {
        let directory = tempfile::tempdir().expect("temporary directory");
        let opened = open(JournalMode::Delete, WalAutocheckpoint::Off, directory.path());
        let length = WalLength::new(1, Extent::Small);
        let refused = length.reach(opened.expect("open").as_mut(), &mut source());
        let error = refused.expect_err("no WAL").to_string();
        assert!(error.contains("its path has no WAL"), "{error}");
    }
}
