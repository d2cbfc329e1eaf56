//! The checkpoints of a case: how many, how long, and what they found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One call of a checkpoint while a case was timed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointNote {
    /// When it began, in ns since the case's timing did.
    pub begun_ns: u64,
    /// How long it took, in ns; a sync of the database file that its caller added included.
    pub duration_ns: u64,
    /// `passive`, `full`, `restart` or `truncate`.
    pub mode: &'static str,
    /// Who called: `commit`, `after_ack` or `background`.
    pub caller: &'static str,
    /// What it answered: `done`, `busy` or `locked`.
    pub answer: &'static str,
    /// The WAL's frames when it ended, and those of them that are in the database; `None` where it was
    /// turned away at once.
    pub frames: Option<(u64, u64)>,
    /// The salts of the WAL that it began with: frames that are told with the same ones are of one WAL.
    pub wal_salts: u64,
    /// Bytes of the WAL file before it.
    pub wal_bytes_before: u64,
    /// Bytes of the WAL file after it.
    pub wal_bytes_after: u64,
    /// Bytes of the database file after it.
    pub database_bytes: u64,
}

/// The checkpoints of a case while it was timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckpointsRecord {
    /// How many were called.
    pub count: u64,
    /// How many of them something was in the way of.
    pub hindered: u64,
    /// The longest in ns.
    pub longest_ns: u64,
    /// The median in ns.
    pub p50_ns: u64,
    /// All of them in ns.
    pub total_ns: u64,
    /// Their time over the time in which packets were driven.
    pub time_share: f64,
    /// Frames that they copied into the database.
    pub frames_copied: u64,
    /// The same for each caller, those without a call left out.
    pub callers: Vec<CallerRecord>,
    /// The longest thousand of them, in the order of time.
    pub calls: CheckpointColumns,
}

/// The checkpoints of one caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerRecord {
    /// Who called: `commit`, `after_ack` or `background`.
    pub caller: String,
    /// How many.
    pub count: u64,
    /// The longest in ns.
    pub longest_ns: u64,
    /// All of them in ns.
    pub total_ns: u64,
}

/// Checkpoints call by call: each column has one value for each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointColumns {
    /// When it began, in ns since the case's timing did, pauses included.
    pub begun_ns: Vec<u64>,
    /// How long it took, in ns.
    pub duration_ns: Vec<u64>,
    /// `passive`, `full`, `restart` or `truncate`.
    pub mode: Vec<String>,
    /// `commit`, `after_ack` or `background`.
    pub caller: Vec<String>,
    /// `done`, `busy` or `locked`.
    pub answer: Vec<String>,
    /// Frames in the WAL when it ended; null where it was turned away at once.
    pub frames_in_wal: Vec<Option<u64>>,
    /// Those of them that were in the database, earlier calls' included.
    pub frames_in_database: Vec<Option<u64>>,
    /// Bytes of the WAL file before it.
    pub wal_bytes_before: Vec<u64>,
    /// Bytes of the WAL file after it.
    pub wal_bytes_after: Vec<u64>,
    /// Bytes of the database file after it.
    pub database_bytes: Vec<u64>,
}

/// Calls that are stored one by one at most.
const CALLS_MAX: usize = 1_000;

impl CheckpointsRecord {
    /// The record of checkpoints in the order of time, in a case that was driven for so many ns.
    /// `None` without any.
    #[must_use]
    pub fn of(notes: &[CheckpointNote], driven_ns: u64) -> Option<Self> {
        let mut durations: Vec<u64> = notes.iter().map(|note| note.duration_ns).collect();
        durations.sort_unstable();
        let longest_ns = *durations.last()?;
        let total_ns = durations.iter().sum();
        Some(Self {
            count: notes.len() as u64,
            hindered: notes.iter().filter(|note| note.answer != "done").count() as u64,
            longest_ns,
            p50_ns: durations[(durations.len() - 1) / 2],
            total_ns,
            time_share: total_ns as f64 / driven_ns.max(1) as f64,
            frames_copied: frames_copied(notes),
            callers: CallerRecord::all(notes),
            calls: CheckpointColumns::of_longest(notes),
        })
    }
}

/// The frames of each WAL that were in the database at last. A call tells of all that were copied from its WAL, earlier
/// calls' included; beside a writer one that copied all it saw is followed by more of the same WAL.
fn frames_copied(notes: &[CheckpointNote]) -> u64 {
    let mut copied_by_wal: BTreeMap<u64, u64> = BTreeMap::new();
    for note in notes {
        let Some((_, in_database)) = note.frames else { continue };
        let copied = copied_by_wal.entry(note.wal_salts).or_default();
        *copied = in_database.max(*copied);
    }
    copied_by_wal.values().sum()
}

impl CallerRecord {
    fn all(notes: &[CheckpointNote]) -> Vec<Self> {
        let mut callers: Vec<Self> = Vec::new();
        for note in notes {
            let known = callers.iter().position(|caller| caller.caller == note.caller);
            let place = known.unwrap_or_else(|| {
                callers.push(Self {
                    caller: note.caller.into(),
                    count: 0,
                    longest_ns: 0,
                    total_ns: 0,
                });
                callers.len() - 1
            });
            let caller = &mut callers[place];
            caller.count += 1;
            caller.longest_ns = caller.longest_ns.max(note.duration_ns);
            caller.total_ns += note.duration_ns;
        }
        callers
    }
}

impl CheckpointColumns {
    fn of_longest(notes: &[CheckpointNote]) -> Self {
        let mut longest: Vec<&CheckpointNote> = notes.iter().collect();
        longest.sort_by_key(|note| std::cmp::Reverse(note.duration_ns));
        longest.truncate(CALLS_MAX);
        longest.sort_by_key(|note| note.begun_ns);
        let mut columns = Self::default();
        longest.into_iter().for_each(|note| columns.push(note));
        columns
    }

    fn push(&mut self, note: &CheckpointNote) {
        self.begun_ns.push(note.begun_ns);
        self.duration_ns.push(note.duration_ns);
        self.mode.push(note.mode.into());
        self.caller.push(note.caller.into());
        self.answer.push(note.answer.into());
        self.frames_in_wal.push(note.frames.map(|(in_wal, _)| in_wal));
        self.frames_in_database.push(note.frames.map(|(_, in_database)| in_database));
        self.wal_bytes_before.push(note.wal_bytes_before);
        self.wal_bytes_after.push(note.wal_bytes_after);
        self.database_bytes.push(note.database_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(begun_ns: u64, duration_ns: u64, frames: Option<(u64, u64)>) -> CheckpointNote {
        CheckpointNote {
            begun_ns,
            duration_ns,
            mode: "passive",
            caller: if begun_ns.is_multiple_of(2) { "commit" } else { "background" },
            answer: if frames.is_some() { "done" } else { "busy" },
            frames,
            wal_salts: 0,
            wal_bytes_before: 1,
            wal_bytes_after: 2,
            database_bytes: 3,
        }
    }

    #[test]
    fn no_checkpoint_has_no_record() {
        assert_eq!(CheckpointsRecord::of(&[], 1), None);
    }

    #[test]
    fn calls_are_summed_up_by_caller() {
        let notes = [note(0, 5, Some((9, 9))), note(1, 7, None), note(2, 1, Some((4, 4)))];
        let record = CheckpointsRecord::of(&notes, 26).unwrap();
        assert_eq!((record.count, record.hindered), (3, 1));
        assert_eq!((record.longest_ns, record.p50_ns, record.total_ns), (7, 5, 13));
        assert_eq!(record.time_share, 0.5);
        let commit = &record.callers[0];
        assert_eq!((commit.count, commit.longest_ns, commit.total_ns), (2, 5, 6));
        assert_eq!(record.callers.len(), 2);
        assert_eq!(record.calls.frames_in_wal, [Some(9), None, Some(4)]);
    }

    #[test]
    fn frames_are_counted_once() {
        let of = |calls: &[(u64, (u64, u64))]| {
            let noted = |(salts, frames): &(u64, (u64, u64))| CheckpointNote {
                wal_salts: *salts,
                ..note(0, 1, Some(*frames))
            };
            let notes: Vec<CheckpointNote> = calls.iter().map(noted).collect();
            CheckpointsRecord::of(&notes, 1).unwrap().frames_copied
        };
        let one_wal = [(7, (1_000, 600)), (7, (1_500, 900)), (7, (2_000, 2_000))];
        assert_eq!(of(&one_wal), 2_000);
        assert_eq!(
            of(&[(7, (1_003, 1_003)), (8, (1_005, 1_005))]),
            2_008,
            "begun anew, and as long"
        );
        assert_eq!(of(&[(7, (1_000, 600)), (8, (500, 400))]), 1_000, "begun anew, and shorter");
        let beside_a_writer = [(7, (900, 900)), (7, (1_500, 1_500)), (7, (1_500, 1_500))];
        assert_eq!(of(&beside_a_writer), 1_500, "each had copied all that it saw");
    }

    #[test]
    fn only_the_longest_are_stored_one_by_one() {
        let many: Vec<CheckpointNote> =
            (0..3_000).map(|number| note(number, number, Some((1, 1)))).collect();
        let record = CheckpointsRecord::of(&many, 1).unwrap();
        assert_eq!(record.count, 3_000);
        assert_eq!(record.calls.duration_ns.len(), 1_000);
        assert!(record.calls.begun_ns.is_sorted());
        assert_eq!(record.calls.duration_ns.first(), Some(&2_000));
    }
}
