//! What the VFS records is what the build itself counts, in every cell; where strace is there, it says the same.

use std::fs;

use disk_model::{Disk, Event};
use power_cut::recording::{Happening, Phase, Recorder, Recording};
use power_cut::vfs::record;
use power_cut::{SqliteCell, Subject as _, live};
use sqlite_builds::{ConnectionMutex, OpenMode, OpenOptions, Vfs};

use crate::common::{Scratch, turn};

/// Syncs of files, syncs of the directory, writes, bytes.
type Counted = [u64; 4];

fn counted(recording: &Recording) -> Counted {
    let mut counted = [0; 4];
    for moment in &recording.moments {
        match &moment.what {
            Happening::Storage(Event::Sync { .. }) => counted[0] += 1,
            Happening::Storage(Event::SyncDirectory { .. }) => counted[1] += 1,
            Happening::Storage(Event::Write { bytes, .. }) => {
                counted[2] += 1;
                counted[3] += bytes.len() as u64;
            }
            _ => {}
        }
    }
    counted
}

#[test]
fn every_cell_is_recorded_as_its_build_counts_it() {
    let _turn = turn();
    for name in ["bundled", "bundled-fdatasync", "lean"] {
        let build = sqlite_builds::find(name).unwrap();
        for cell in SqliteCell::all(build) {
            let active = build.activate().unwrap();
            let scratch = Scratch::new();
            let directory = scratch.path();
            let recorder = Recorder::new(Disk::default(), Phase::Opening);
            let recorded = record(&active, &directory, "", recorder.clone()).unwrap();
            let options = OpenOptions {
                mutex: ConnectionMutex::NoMutex,
                mode: OpenMode::ReadWriteCreate,
                vfs: Vfs::Default,
            };
            let before = active.counts();
            let connection = active.open(&directory.join("a.db"), &options).unwrap();
            let (level, locking) = (cell.synchronous.name(), cell.locking_mode.name());
            let journal = cell.journal_mode.name();
            connection
                .execute_batch(&format!(
                    "PRAGMA synchronous={level}; PRAGMA locking_mode={locking}"
                ))
                .unwrap();
            let answer: String = connection
                .query_row(&format!("PRAGMA journal_mode={journal}"), [], |row| row.get(0))
                .unwrap();
            assert_eq!(answer, journal);
            connection.execute_batch("CREATE TABLE t(a)").unwrap();
            for _ in 0..4 {
                connection.execute("INSERT INTO t VALUES (zeroblob(900))", []).unwrap();
            }
            connection.execute_batch("PRAGMA wal_checkpoint; DELETE FROM t").unwrap();
            connection.close().unwrap();
            let own = active.counts() - before;
            drop(recorded);
            let [syncs, directory_syncs, writes, bytes] = counted(&recorder.recording());
            // A shared-memory file is grown by single bytes, and no crash keeps it.
            let shared = own.writes - writes;
            assert!(own.bytes_written - bytes == shared && shared <= 8, "{name} {cell:?}: {own:?}");
            let expected = (own.syncs - own.directory_syncs, own.directory_syncs);
            assert_eq!((syncs, directory_syncs), expected, "{name} {cell:?}");
        }
    }
}

#[test]
fn the_recorded_events_make_the_files_that_are_there() {
    let _turn = turn();
    let build = sqlite_builds::find("bundled").unwrap();
    for cell in SqliteCell::all(build) {
        let scratch = Scratch::new();
        let recording = live(&cell, &scratch.path(), None).unwrap();
        let points = recording.points(&cell.course().expected());
        let end = &points.last().unwrap().disk;
        // Laid out and opened without a campaign, it is a sound database.
        for (name, bytes) in end.files() {
            fs::write(scratch.path().join(name), bytes).unwrap();
        }
        let active = build.activate().unwrap();
        let options = OpenOptions {
            mutex: ConnectionMutex::NoMutex,
            mode: OpenMode::ReadWrite,
            vfs: Vfs::Default,
        };
        let connection = active.open(&scratch.path().join("records.db"), &options).unwrap();
        let packets: i64 = connection
            .query_row("SELECT count(DISTINCT packet) FROM record", [], |row| row.get(0))
            .unwrap();
        assert_eq!(packets as u64, points.last().unwrap().expected.acked, "{cell:?}");
        let whole: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok", "{cell:?}");
    }
}
