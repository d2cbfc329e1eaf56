//! SQLite as the benches run it, with each checkpoint strategy: a whole write path as a subject.

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use disk_model::Dice;
use sqlite_builds::SqliteBuild;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, LockingMode,
    Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{
    CheckpointMode, Operation, Packet, PathSpec as _, Query, Record, Vote, WriteError, WritePath,
};

use crate::directory;
use crate::error::Error;
use crate::key::Key;
use crate::oracle::{Expected, Found, FoundRecord};
use crate::recording::{Phase, Recorder, Recording};
use crate::settings::{Checkpoints, SyncCall};
use crate::subject::{Left, Restart, Subject};
use crate::vfs::record;

const PACKETS_BEFORE: u64 = 3;
const PACKETS: u64 = 12;
const NEW_PACKETS: u64 = 2;
/// Checkpoints come after so many frames: a packet makes two to four.
const FRAMES: NonZeroU32 = NonZeroU32::new(6).expect("6 is not 0");
/// Strategies with a limit to the WAL have this one.
const RESET_FRAMES: NonZeroU32 = NonZeroU32::new(12).expect("12 is not 0");

/// SQLite with a write-ahead log and a checkpoint strategy.
#[derive(Clone, Copy, Debug)]
pub struct StrategyCase {
    /// The build; its sync call is part of the key.
    pub build: &'static SqliteBuild,
    /// The syncs.
    pub synchronous: Synchronous,
    /// When the log is copied, and by whom.
    pub checkpoints: Checkpoints,
}

impl StrategyCase {
    /// Every strategy with each level that a write-ahead log tells apart.
    pub fn all(build: &'static SqliteBuild) -> impl Iterator<Item = Self> {
        let strategies = Checkpoints::ALL.iter().filter(|of| **of != Checkpoints::Called);
        strategies.flat_map(move |&checkpoints| {
            [Synchronous::Normal, Synchronous::Full].map(|synchronous| Self {
                build,
                synchronous,
                checkpoints,
            })
        })
    }

    fn spec(&self) -> SqliteSpec {
        let pragmas = Pragmas {
            wal_autocheckpoint: WalAutocheckpoint::Pages(FRAMES),
            ..Pragmas::with_durability(JournalMode::Wal, self.synchronous)
        };
        let table = Table::Votes(SecondaryIndexes::Article);
        SqliteSpec::new(self.build, table, pragmas).with_checkpoints(self.strategy())
    }

    fn strategy(&self) -> CheckpointStrategy {
        let after_ack = |mode| {
            let every = CheckpointInterval::Frames(FRAMES);
            CheckpointStrategy::AfterAck { every, mode }
        };
        let database_sync = DatabaseSync::WhenComplete;
        match self.checkpoints {
            Checkpoints::Called | Checkpoints::AfterAck => after_ack(CheckpointMode::Passive),
            Checkpoints::AfterAckTruncate => after_ack(CheckpointMode::Truncate),
            Checkpoints::Automatic => CheckpointStrategy::Automatic,
            Checkpoints::Background => CheckpointStrategy::Background {
                pace: BackgroundPace::Frames(FRAMES),
                mode: CheckpointMode::Passive,
                database_sync,
            },
            Checkpoints::TwoPhase => CheckpointStrategy::TwoPhase {
                copy_frames: FRAMES,
                reset_frames: RESET_FRAMES,
                database_sync,
            },
            Checkpoints::HandOver => {
                CheckpointStrategy::HandOver { reset_frames: RESET_FRAMES, rest_frames: FRAMES }
            }
        }
    }

    fn commit(
        path: &mut dyn WritePath,
        recorder: &Recorder,
        packet: u64,
        life: u32,
    ) -> Result<(), WriteError> {
        recorder.phase(Phase::Committing);
        recorder.begun(packet);
        let ticket = path.submit(&votes(packet, life))?;
        path.wait(ticket)?;
        recorder.acked(packet);
        recorder.phase(Phase::Checkpointing);
        path.after_ack()
    }

    /// Opens what is in the directory and goes on.
    fn restart_in(&self, directory: &Path, life: u32, recorder: &Recorder) -> Found {
        let refused =
            |error: &WriteError| Found { refused: Some(error.to_string()), ..Found::default() };
        let complaint = match self.spec().examine(directory) {
            Ok(()) => None,
            Err(error @ WriteError::NotIntact { .. }) => Some(error.to_string()),
            Err(error) => return refused(&error),
        };
        let opened = self.spec().open(directory).and_then(|mut path| {
            let records = records_of_path(path.as_mut())?;
            Ok((path, records))
        });
        let (mut path, records) = match opened {
            Ok(both) => both,
            Err(error) => return refused(&error),
        };
        let mut found = Found { records, complaint, ..Found::default() };
        if found.complaint.is_none() {
            let next = found.records.iter().map(|record| record.packet).max().unwrap_or(0) + 1;
            let took = (next..next + NEW_PACKETS)
                .try_for_each(|packet| Self::commit(path.as_mut(), recorder, packet, life));
            recorder.phase(Phase::Closing);
            found.stuck = took.and_then(|()| path.close()).err().map(|error| error.to_string());
        }
        found
    }
}

/// Every third packet fills pages, the others do not.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 120 } else { 3 }
}

fn votes(packet: u64, life: u32) -> Packet {
    let vote = |place| Operation::Insert(Record::Vote(vote(packet, life, place)));
    Packet::new((0..records_of(packet)).map(vote).collect())
}

/// Its user says where it belongs, and its article follows from its user.
fn vote(packet: u64, life: u32, place: u32) -> Vote {
    let user = packet << 24 | u64::from(life) << 16 | u64::from(place);
    Vote { article: Dice::new(user).throw() as u32 >> 1, user }
}

fn records_of_path(path: &mut dyn WritePath) -> Result<Vec<FoundRecord>, WriteError> {
    let mut records = Vec::new();
    if let Some(mut reader) = path.reader()? {
        reader.read(Query::Range { first: 0, records: NonZeroU32::MAX }, &mut records)?;
    }
    Ok(records.iter().map(found).collect())
}

fn found(record: &Record) -> FoundRecord {
    match record {
        Record::Vote(found) => {
            let (packet, life) = (found.user >> 24, (found.user >> 16) as u32 & 0xff);
            let place = found.user as u32 & 0xffff;
            FoundRecord { packet, place, life, intact: vote(packet, life, place) == *found }
        }
        Record::Event(_) => FoundRecord { packet: 0, place: 0, life: 0, intact: false },
    }
}

impl Subject for StrategyCase {
    fn key(&self) -> Key {
        Key::Sqlite {
            sync_call: SyncCall::of(self.build),
            journal_mode: JournalMode::Wal,
            synchronous: self.synchronous,
            locking_mode: LockingMode::Normal,
            checkpoints: self.checkpoints,
        }
    }

    fn before(&self) -> Expected {
        Expected {
            acked: PACKETS_BEFORE,
            released: 0,
            attempted: vec![PACKETS_BEFORE],
            survived: None,
            records_of,
        }
    }

    fn live(&self, scratch: &Path) -> Result<Recording, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("life");
        fs::create_dir_all(&directory).map_err(Error::io("creating", &directory))?;
        let nobody = Recorder::new(disk_model::Disk::default(), Phase::Opening);
        let mut path = self.spec().open(&directory)?;
        for packet in 1..=PACKETS_BEFORE {
            Self::commit(path.as_mut(), &nobody, packet, 0)?;
        }
        path.close()?;
        let recorder = Recorder::new(directory::taken_from(&directory)?, Phase::Opening);
        let recorded = record(&build, &directory, recorder.clone())?;
        let mut path = self.spec().open(&directory)?;
        for packet in PACKETS_BEFORE + 1..=PACKETS {
            Self::commit(path.as_mut(), &recorder, packet, 0)?;
        }
        recorder.phase(Phase::Closing);
        path.close()?;
        drop(recorded);
        fs::remove_dir_all(&directory).map_err(Error::io("removing", &directory))?;
        Ok(recorder.recording())
    }

    fn restart(&self, left: &Left<'_>, scratch: &Path) -> Result<Restart, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("restart");
        directory::lay_out(left, &directory)?;
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let recording = || record(&build, &directory, recorder.clone());
        let recorded = left.recorded.then(recording).transpose()?;
        let found = self.restart_in(&directory, left.life, &recorder);
        Ok(Restart { found, recording: recorded.map(|_| recorder.recording()) })
    }
}
