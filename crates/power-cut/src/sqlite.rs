//! SQLite as a subject: one table, one connection, in each cell of the matrix.

mod cell;
mod rows;

use std::fs;
use std::path::Path;

use sqlite_builds::rusqlite;
use sqlite_builds::{ActiveBuild, Connection, ConnectionMutex, OpenMode, OpenOptions, Vfs};
use write_path::sqlite::JournalMode;

use crate::directory;
use crate::error::Error;
use crate::fault::Fault;
use crate::key::Key;
use crate::oracle::{Expected, Found, last_packet};
use crate::recording::{Phase, Recorder, Recording};
use crate::settings::{Checkpoints, SyncCall};
use crate::subject::{Left, Origin, Restart, Subject, live_through};
use crate::vfs::record;

pub use cell::SqliteCell;

const DATABASE: &str = "records.db";
const SHARED_MEMORY: &str = "records.db-shm";

/// Packets that are there before, so that the tables have inner pages.
const PACKETS_BEFORE: u64 = 3;
/// The last packet of the recorded life.
const PACKETS: u64 = 10;
/// A checkpoint comes after each of these, if there is a write-ahead log; the next packet begins it anew.
const CHECKPOINT_AFTER: [u64; 2] = [7, 9];
/// Packets that a restart hands in.
const NEW_PACKETS: u64 = 2;

impl SqliteCell {
    fn open(
        &self,
        build: &ActiveBuild,
        directory: &Path,
    ) -> Result<Connection, sqlite_builds::Error> {
        let options = OpenOptions {
            mutex: ConnectionMutex::NoMutex,
            mode: OpenMode::ReadWriteCreate,
            vfs: Vfs::Default,
        };
        build.open(&directory.join(DATABASE), &options)
    }

    /// A database of some age: what is in it was synced long ago.
    fn make(&self, build: &ActiveBuild, directory: &Path) -> Result<(), Error> {
        let connection = self.open(build, directory)?;
        self.pragmas().set(&connection)?;
        let make = || {
            connection.execute_batch(rows::SCHEMA)?;
            (1..=PACKETS_BEFORE).try_for_each(|packet| rows::commit_packet(&connection, packet, 0))
        };
        make().map_err(Error::sqlite("making the database"))?;
        connection.close().map_err(Error::sqlite("closing the new database"))
    }

    /// Opens the database and hands packets in, up to the last.
    fn go_on(
        &self,
        build: &ActiveBuild,
        directory: &Path,
        recorder: &Recorder,
        from: Origin,
    ) -> Result<(), Error> {
        let connection = self.open(build, directory)?;
        self.pragmas().set(&connection)?;
        self.pragmas().read_back(&connection)?;
        let there = match from {
            Origin::Start => PACKETS_BEFORE,
            Origin::AnError => {
                let records = rows::read_back(&connection).map_err(Error::sqlite("reading"))?;
                last_packet(&records)
            }
        };
        for packet in there + 1..=PACKETS {
            recorder.phase(Phase::Committing);
            self.commit(directory, recorder, &connection, packet, 0)
                .map_err(Error::sqlite("committing"))?;
            if self.journal_mode == JournalMode::Wal && CHECKPOINT_AFTER.contains(&packet) {
                recorder.phase(Phase::Checkpointing);
                let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
                let done = connection.query_row(checkpoint, [], |_| Ok(()));
                done.map_err(Error::sqlite("checkpointing"))?;
            }
        }
        recorder.phase(Phase::Closing);
        connection.close().map_err(Error::sqlite("closing"))
    }

    fn commit(
        &self,
        directory: &Path,
        recorder: &Recorder,
        connection: &rusqlite::Connection,
        packet: u64,
        life: u32,
    ) -> rusqlite::Result<()> {
        recorder.begun(packet);
        rows::commit_packet(connection, packet, life)?;
        // There is none with exclusive locks, and none without a write-ahead log.
        if let Ok(bytes) = fs::read(directory.join(SHARED_MEMORY)) {
            recorder.volatile(SHARED_MEMORY, bytes);
        }
        recorder.acked(packet);
        Ok(())
    }

    /// Opens what is in the directory as an application does after a restart: what SQLite refuses is found.
    fn restart_in(
        &self,
        directory: &Path,
        left: &Left<'_>,
        connection: Result<Connection, sqlite_builds::Error>,
        recorder: &Recorder,
    ) -> Found {
        let refused = |why: String| Found { refused: Some(why), ..Found::default() };
        let connection = match connection {
            Ok(connection) => connection,
            Err(error) => return refused(error.to_string()),
        };
        if let Err(error) = self.pragmas().set(&connection) {
            return refused(error.to_string());
        }
        let read = || Ok((rows::read_back(&connection)?, rows::complaint(&connection)?));
        let (records, complaint) = match read() {
            Ok(both) => both,
            Err::<_, rusqlite::Error>(error) => return refused(error.to_string()),
        };
        let next = last_packet(&records) + 1;
        let mut found = Found { records, complaint, ..Found::default() };
        if found.complaint.is_some() {
            return found;
        }
        recorder.phase(Phase::Committing);
        let mut new = next..next + NEW_PACKETS;
        let took = new.try_for_each(|packet| {
            self.commit(directory, recorder, &connection, packet, left.life)
        });
        recorder.phase(Phase::Closing);
        found.stuck = took.and_then(|()| connection.close()).err().map(|error| error.to_string());
        found
    }
}

impl Subject for SqliteCell {
    fn key(&self) -> Key {
        Key::Sqlite {
            sync_call: SyncCall::of(self.build),
            journal_mode: self.journal_mode,
            synchronous: self.synchronous,
            locking_mode: self.locking_mode,
            checkpoints: Checkpoints::Called,
        }
    }

    fn before(&self) -> Expected {
        Expected {
            acked: PACKETS_BEFORE,
            released: 0,
            attempted: vec![PACKETS_BEFORE],
            survived: None,
            records_of: rows::records_of,
        }
    }

    fn live(&self, scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("life");
        fs::create_dir_all(&directory).map_err(Error::io("creating", &directory))?;
        self.make(&build, &directory)?;
        let start = directory::taken_from(&directory)?;
        let recorder = Recorder::new(start, Phase::Opening).with_fault(fault);
        let _recorded = record(&build, &directory, recorder.clone())?;
        live_through(&recorder, |from| self.go_on(&build, &directory, &recorder, from))?;
        fs::remove_dir_all(&directory).map_err(Error::io("removing", &directory))?;
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        let build = self.build.activate()?;
        self.make(&build, directory)?;
        self.go_on(&build, directory, recorder, Origin::Start)
    }

    fn restart(&self, left: &Left<'_>, scratch: &Path) -> Result<Restart, Error> {
        let build = self.build.activate()?;
        let directory = scratch.join("restart");
        directory::lay_out(left, &directory)?;
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let recording = || record(&build, &directory, recorder.clone());
        let recorded = left.recorded.then(recording).transpose()?;
        let connection = self.open(&build, &directory);
        let found = self.restart_in(&directory, left, connection, &recorder);
        Ok(Restart { found, recording: recorded.map(|_| recorder.recording()) })
    }
}
