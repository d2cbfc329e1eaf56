//! A process that writes is killed, and another one finds what was acked: all of it, or what the
//! settings promise to lose.
//!
//! The writer is this program once more, told by its environment which path to open and where. It
//! says on its standard output how many packets are acked; the test kills it in the middle.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod arms;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::{env, io};

use write_path::{Digest, Operation, Packet, Record, Vote};

use crate::arms::{Arm, Loss};

const ARM: &str = "WRITE_PATH_KILLED_ARM";
const DIRECTORY: &str = "WRITE_PATH_KILLED_DIRECTORY";
/// What the writer says after each ack, before the number of packets.
const ACKED: &str = "acked ";

const VOTES_PER_PACKET: u64 = 50;
/// Acks after which the writer is killed: it goes on with the next packets meanwhile.
const ACKS: u64 = 40;

/// One SQLite build is active in a process, so tests take turns.
static TURN: Mutex<()> = Mutex::new(());

fn vote(user: u64) -> Record {
    Record::Vote(Vote { article: (user % 11) as u32, user })
}

fn packet(number: u64) -> Packet {
    let users = number * VOTES_PER_PACKET..(number + 1) * VOTES_PER_PACKET;
    Packet::new(users.map(|user| Operation::Insert(vote(user))).collect())
}

/// The writer. It does nothing unless it is told what to write.
#[test]
fn writer() {
    let (Ok(arm), Some(directory)) = (env::var(ARM), env::var_os(DIRECTORY)) else { return };
    let mut path = Arm::named(&arm).spec().open(Path::new(&directory)).unwrap();
    for number in 0.. {
        let ticket = path.submit(&packet(number)).unwrap();
        path.wait(ticket).unwrap();
        let mut told = io::stdout().lock();
        writeln!(told, "\n{ACKED}{}", number + 1).unwrap();
        told.flush().unwrap();
        drop(told);
        path.after_ack().unwrap();
    }
}

/// Starts a writer, kills it after some acks, and returns how many packets it said were acked.
fn write_until_killed(arm: Arm, directory: &Path) -> u64 {
    let mut writer = Command::new(env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture"])
        .env(ARM, arm.name())
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acked = 0;
    for line in BufReader::new(writer.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(number) = line.strip_prefix(ACKED) else { continue };
        acked = number.parse().unwrap();
        if acked == ACKS {
            writer.kill().unwrap();
        }
    }
    assert!(!writer.wait().unwrap().success(), "it ended before it was killed");
    assert!(acked >= ACKS, "{acked}");
    acked
}

/// The first records of a shard, in the order in which they were handed in.
fn first_of_shard(records: u64, shard: u64, shards: u64) -> Digest {
    let mut digest = Digest::default();
    let users = (0..).filter(|user| user % 11 % shards == shard);
    users.take(records as usize).for_each(|user| digest.add(&vote(user)));
    digest
}

/// How many of the first users lie in a shard.
fn count_of_shard(users: u64, shard: u64, shards: u64) -> u64 {
    (0..users).filter(|user| user % 11 % shards == shard).count() as u64
}

fn check(arm: Arm) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let directory = tempfile::tempdir().unwrap();
    let acked = write_until_killed(arm, directory.path()) * VOTES_PER_PACKET;
    if arm.loss() == Loss::Everything {
        assert_eq!(arm.spec().recover(directory.path()).unwrap(), Digest::default());
        return;
    }
    let shards = u64::from(arm.shards());
    for shard in 0..shards {
        let place = match shards {
            1 => directory.path().to_path_buf(),
            _ => directory.path().join(format!("shard-{shard}")),
        };
        let found = arm.shard().recover(&place).unwrap();
        // Nothing that was acked is missing, nothing is there twice, and nothing between is missing.
        assert!(found.records() >= count_of_shard(acked, shard, shards), "{arm:?}: {found:?}");
        assert_eq!(found, first_of_shard(found.records(), shard, shards), "{arm:?}");
        // The second time there is nothing left to catch up with.
        assert_eq!(arm.shard().recover(&place).unwrap(), found, "{arm:?}");
    }
}

#[test]
fn paths_of_one_engine() {
    check_all(&[Arm::SqliteWalFull, Arm::NativeLog, Arm::SoupLog, Arm::SoupInMemory]);
}

#[test]
fn sqlite_fed_after_the_ack() {
    check_all(&[
        Arm::LogThenOff,
        Arm::LogThenWalOff,
        Arm::LogThenWalNormal,
        Arm::SoupThenOff,
        Arm::Buffered,
    ]);
}

#[test]
fn sqlite_fed_by_a_thread() {
    check_all(&[Arm::Tailed, Arm::TailedThatLetsGo, Arm::TailedIntoOff]);
}

#[test]
fn shards() {
    check_all(&[Arm::ShardedSqlite, Arm::ShardedTailed]);
}

fn check_all(arms: &[Arm]) {
    arms.iter().for_each(|&arm| check(arm));
}
