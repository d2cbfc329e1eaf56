//! A whole write path, as the benches run it, as a subject.

use std::fs;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use disk_model::{Dice, Disk};
use sqlite_builds::{ActiveBuild, SqliteBuild};
use write_path::{
    Operation, Packet, PathSpec, Query, Record, ShardCount, Vote, WriteError, WritePath,
};

use crate::directory;
use crate::error::Error;
use crate::fault::Fault;
use crate::files::{RecordedBelow, recorded_below};
use crate::key::Key;
use crate::oracle::{Expected, Found, FoundRecord, last_packet};
use crate::recording::{Phase, Recorder, Recording};
use crate::storage::name_below;
use crate::subject::{Left, Origin, Restart, Subject, live_through};

const PACKETS_BEFORE: u64 = 3;
const PACKETS: u64 = 12;
const NEW_PACKETS: u64 = 2;
/// Votes are for so many articles.
const ARTICLES: u32 = 256;

/// The directories that a path may make below its own.
const LOG: &str = "log";
const DATABASE: &str = "database";
/// Lies in the second one while a database may have to be made again, in a directory of another name.
const MAY_BE_TORN: &str = "may-be-torn";

/// A write path and what decides its durability.
#[derive(Clone, Debug)]
pub struct PathCase {
    pub(crate) key: Key,
    /// The build that it opens connections of, or any.
    pub(crate) build: &'static SqliteBuild,
    pub(crate) spec: Arc<dyn PathSpec>,
    pub(crate) layout: Layout,
}

/// What a path's directory holds, and so how it is read and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A database, whose integrity is checked as it is found.
    Database,
    /// A log, and a database that it can make again: its integrity is checked once it has caught up.
    LogAndDatabase,
    /// So many of these, each in a directory of its own, whose records are found by article.
    Shards(ShardCount),
    /// A log whose rows are in memory, and found by article.
    Log,
}

impl Layout {
    /// Whether a log can make its databases again.
    fn has_log_and_database(self) -> bool {
        matches!(self, Self::LogAndDatabase | Self::Shards(_))
    }

    /// The directories that a log and a database lie in, relative to the path's.
    fn places(self) -> Vec<String> {
        match self {
            Self::Shards(shards) => {
                (0..shards.get()).map(|shard| format!("shard-{shard}")).collect()
            }
            Self::Database | Self::LogAndDatabase | Self::Log => vec![String::new()],
        }
    }
}

impl PathCase {
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

    /// A store of some age.
    fn make(&self, directory: &Path) -> Result<(), Error> {
        let nobody = Recorder::new(Disk::default(), Phase::Opening);
        Self::commit_all(self.spec.open(directory)?, &nobody, 1..=PACKETS_BEFORE)
    }

    fn go_on(&self, directory: &Path, recorder: &Recorder, from: Origin) -> Result<(), Error> {
        let mut path = self.spec.open(directory)?;
        let there = match from {
            Origin::Start => PACKETS_BEFORE,
            // A packet that was refused may be there in part: it can neither be completed nor passed over.
            Origin::AnError if matches!(self.layout, Layout::Shards(_)) => return Ok(path.close()?),
            Origin::AnError => last_packet(&self.records_of_path(path.as_mut())?),
        };
        Self::commit_all(path, recorder, there + 1..=PACKETS)
    }

    fn commit_all(
        mut path: Box<dyn WritePath>,
        recorder: &Recorder,
        packets: RangeInclusive<u64>,
    ) -> Result<(), Error> {
        for packet in packets {
            Self::commit(path.as_mut(), recorder, packet, 0)?;
        }
        recorder.phase(Phase::Closing);
        Ok(path.close()?)
    }

    fn recorded(
        &self,
        build: &ActiveBuild,
        directory: &Path,
        recorder: &Recorder,
    ) -> Result<RecordedBelow, Error> {
        let places = self.layout.places();
        let databases = places.iter().map(|place| name_below(place, DATABASE));
        recorded_below(build, directory, std::iter::once(String::new()).chain(databases), recorder)
    }

    fn examine(&self, directory: &Path, found: &mut Found) {
        match self.spec.examine(directory) {
            Ok(()) => {}
            Err(error @ WriteError::NotIntact { .. }) => found.complaint = Some(error.to_string()),
            Err(error) => found.refused = Some(error.to_string()),
        }
    }

    /// Opens what is in the directory and goes on.
    fn restart_in(&self, directory: &Path, life: u32, recorder: &Recorder) -> Found {
        let mut found = Found::default();
        if self.layout == Layout::Database {
            self.examine(directory, &mut found);
        }
        if found.refused.is_some() {
            return found;
        }
        let opened = self.spec.open(directory).and_then(|mut path| {
            let records = self.records_of_path(path.as_mut())?;
            Ok((path, records))
        });
        let mut path = match opened {
            Ok((path, records)) => {
                found.records = records;
                path
            }
            Err(error) => return Found { refused: Some(error.to_string()), ..found },
        };
        if found.complaint.is_some() {
            return found;
        }
        let next = last_packet(&found.records) + 1;
        let took = (next..next + NEW_PACKETS)
            .try_for_each(|packet| Self::commit(path.as_mut(), recorder, packet, life));
        recorder.phase(Phase::Closing);
        found.stuck = took.and_then(|()| path.close()).err().map(|error| error.to_string());
        if self.layout.has_log_and_database() && found.stuck.is_none() {
            self.examine(directory, &mut found);
        }
        found
    }

    fn records_of_path(&self, path: &mut dyn WritePath) -> Result<Vec<FoundRecord>, WriteError> {
        let mut records = Vec::new();
        if let Some(mut reader) = path.reader()? {
            if matches!(self.layout, Layout::Log | Layout::Shards(_)) {
                for article in 0..ARTICLES {
                    reader.read(Query::Votes { article }, &mut records)?;
                }
            } else {
                let all = Query::Range { first: 0, records: NonZeroU32::MAX };
                reader.read(all, &mut records)?;
            }
        }
        Ok(records.iter().map(found).collect())
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
    Vote { article: Dice::new(user).throw() as u32 % ARTICLES, user }
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

impl Subject for PathCase {
    fn key(&self) -> Key {
        self.key.clone()
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

    fn live(&self, scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("life");
        fs::create_dir_all(&directory).map_err(Error::io("creating", &directory))?;
        self.make(&directory)?;
        let start = directory::taken_from(&directory)?;
        let recorder = Recorder::new(start, Phase::Opening).with_fault(fault);
        let recorded = self.recorded(&build, &directory, &recorder)?;
        live_through(&recorder, |from| self.go_on(&directory, &recorder, from))?;
        drop(recorded);
        fs::remove_dir_all(&directory).map_err(Error::io("removing", &directory))?;
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        let _active = self.build.activate()?;
        self.make(directory)?;
        self.go_on(directory, recorder, Origin::Start)
    }

    fn restart(&self, left: &Left<'_>, scratch: &Path) -> Result<Restart, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("restart");
        directory::lay_out(left, &directory)?;
        if self.layout.has_log_and_database() {
            // The directories themselves are of some age.
            let places = self.layout.places();
            let below =
                places.iter().flat_map(|place| [LOG, DATABASE].map(|of| name_below(place, of)));
            for below in below.map(|name| directory.join(name)) {
                fs::create_dir_all(&below).map_err(Error::io("creating", &below))?;
            }
        }
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        // Renamed directories are beyond the model.
        let may_be_torn = left.disk.files().any(|(name, _)| name.ends_with(MAY_BE_TORN));
        let is_recorded = left.recorded && !may_be_torn;
        let recording = || self.recorded(&build, &directory, &recorder);
        let recorded = is_recorded.then(recording).transpose()?;
        let found = self.restart_in(&directory, left.life, &recorder);
        Ok(Restart { found, recording: recorded.map(|_| recorder.recording()) })
    }
}
