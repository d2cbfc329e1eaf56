//! What the tests share: their turn, specifications, and packets.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use native_log::LogOptions;
use sqlite_builds::{ActiveBuild, Connection, ConnectionMutex, OpenMode, OpenOptions, Vfs};
use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table};
use write_path::{
    Digest, Event, LogSpec, Operation, Packet, Query, RayId, Record, Vote, WriteError, WritePath,
};

/// The database's file in a path's directory.
pub(crate) const DATABASE_FILE: &str = "sqlite.db";

pub(crate) const VOTES: Table = Table::Votes(SecondaryIndexes::None);

/// The active build and its counters belong to the whole process, so tests that use them take
/// turns.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for the turn; a test that failed before does not spoil it.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Votes in SQLite, as it comes but for these two pragmas.
pub(crate) fn sqlite(build: &str, journal: JournalMode, synchronous: Synchronous) -> SqliteSpec {
    let pragmas = Pragmas::with_durability(journal, synchronous);
    SqliteSpec::new(sqlite_builds::find(build).unwrap(), VOTES, pragmas)
}

/// A log that prepares nothing ahead: every sync is the sync of a commit.
pub(crate) fn log() -> LogSpec {
    let options = LogOptions {
        segment_bytes: 1 << 20,
        packet_bytes_max: 64 << 10,
        ..LogOptions::growing_fdatasync()
    };
    LogSpec::new(options)
}

/// A connection beside the path, in the same build.
pub(crate) fn connect(build: &ActiveBuild, directory: &Path) -> Connection {
    let options = OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWriteCreate,
        vfs: Vfs::Default,
    };
    build.open(&directory.join(DATABASE_FILE), &options).unwrap()
}

pub(crate) fn vote(user: u64) -> Record {
    Record::Vote(Vote { article: 7, user })
}

/// Votes for five articles in turn.
pub(crate) fn votes_in_turn(users: std::ops::Range<u64>) -> Packet {
    let vote = |user| Vote { article: (user % 5) as u32, user };
    Packet::new(users.map(|user| Operation::Insert(Record::Vote(vote(user)))).collect())
}

/// What packets of such votes leave.
pub(crate) fn digest_in_turn(users: std::ops::Range<u64>) -> Digest {
    digest_of(&[votes_in_turn(users)])
}

/// The records that packets insert.
pub(crate) fn digest_of(packets: &[Packet]) -> Digest {
    let mut digest = Digest::default();
    for operation in packets.iter().flat_map(Packet::operations) {
        if let Operation::Insert(record) = operation {
            digest.add(record);
        }
    }
    digest
}

/// Asks for the number of an article's votes.
pub(crate) fn vote_count(path: &mut dyn WritePath, article: u32) -> Result<u64, WriteError> {
    let mut found = Vec::new();
    let count = path.reader()?.unwrap().read(Query::VoteCount { article }, &mut found)?;
    assert_eq!(found, [], "a count shows no records");
    Ok(count)
}

pub(crate) fn event(number: u8) -> Record {
    let ray_id = RayId::from_random([number; 12]);
    Record::Event(Event { ray_id, data: vec![number; 300].into() })
}

pub(crate) fn insert_votes(users: &[u64]) -> Packet {
    Packet::new(users.iter().map(|&user| Operation::Insert(vote(user))).collect())
}

pub(crate) fn votes_digest(users: &[u64]) -> Digest {
    let mut digest = Digest::default();
    users.iter().for_each(|&user| digest.add(&vote(user)));
    digest
}

/// Hands in one packet and waits for its ack.
pub(crate) fn commit(path: &mut dyn WritePath, packet: &Packet) -> Result<(), WriteError> {
    let ticket = path.submit(packet)?;
    path.wait(ticket)?;
    path.after_ack()
}
