//! The checkpoints of a record.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use measure::nanoseconds;
use measure::record::{CallerRecord, CheckpointColumns, CheckpointsRecord};
use write_path::{CheckpointAnswer, CheckpointCall};

use crate::blocks::Replicate;

/// Calls that are stored one by one at most.
const CALLS_MAX: usize = 1_000;

/// The checkpoints in the pieces of all replicates.
pub(super) fn of_replicates(replicates: &[Replicate]) -> Option<CheckpointsRecord> {
    let calls = || replicates.iter().flat_map(|replicate| &replicate.totals.checkpoints);
    let begun = calls().next()?.begun;
    let pieces = replicates.iter().flat_map(|replicate| &replicate.record.pieces);
    let elapsed_ns = pieces.map(|piece| piece.elapsed_ns).sum();
    record_of_checkpoints(calls(), begun, Duration::from_nanos(elapsed_ns))
}

/// The record of checkpoints that were made in a time of this length; `None` of none.
pub fn record_of_checkpoints<'calls>(
    checkpoints: impl Iterator<Item = &'calls CheckpointCall>,
    begun: Instant,
    length: Duration,
) -> Option<CheckpointsRecord> {
    let calls: Vec<&CheckpointCall> = checkpoints.collect();
    let mut durations: Vec<u64> = calls.iter().map(|call| took_ns(call)).collect();
    durations.sort_unstable();
    let longest_ns = *durations.last()?;
    let total_ns = durations.iter().sum();
    let is_hindered = |call: &&&CheckpointCall| call.answer != CheckpointAnswer::Done;
    Some(CheckpointsRecord {
        count: calls.len() as u64,
        hindered: calls.iter().filter(is_hindered).count() as u64,
        longest_ns,
        p50_ns: durations[(durations.len() - 1) / 2],
        total_ns,
        time_share: total_ns as f64 / nanoseconds(length).max(1) as f64,
        frames_copied: frames_copied(&calls),
        callers: callers(&calls),
        calls: columns(calls, begun),
    })
}

/// How long a call took; a sync of the database file that its caller added included.
fn took_ns(call: &CheckpointCall) -> u64 {
    nanoseconds(call.ended() - call.begun)
}

/// The frames of each WAL that were in the database at last. A call tells of all that were copied from its WAL, earlier
/// calls' included; beside a writer one that copied all it saw is followed by more of the same WAL.
fn frames_copied(calls: &[&CheckpointCall]) -> u64 {
    let mut copied_by_wal: BTreeMap<u64, u64> = BTreeMap::new();
    for call in calls {
        let Some(frames) = call.frames else { continue };
        let copied = copied_by_wal.entry(call.wal_salts).or_default();
        *copied = frames.copied.max(*copied);
    }
    copied_by_wal.values().sum()
}

fn callers(calls: &[&CheckpointCall]) -> Vec<CallerRecord> {
    let mut callers: Vec<CallerRecord> = Vec::new();
    for call in calls {
        let (name, took_ns) = (call.caller.name(), took_ns(call));
        let known = callers.iter_mut().find(|known| known.caller == name);
        match known {
            None => callers.push(CallerRecord {
                caller: name.into(),
                count: 1,
                longest_ns: took_ns,
                total_ns: took_ns,
            }),
            Some(caller) => {
                caller.count += 1;
                caller.longest_ns = caller.longest_ns.max(took_ns);
                caller.total_ns += took_ns;
            }
        }
    }
    callers
}

/// The longest calls, in the order of time.
fn columns(mut calls: Vec<&CheckpointCall>, begun: Instant) -> CheckpointColumns {
    fn each<T>(calls: &[&CheckpointCall], of: impl Fn(&CheckpointCall) -> T) -> Vec<T> {
        calls.iter().map(|call| of(call)).collect()
    }
    let begun_ns = |call: &CheckpointCall| nanoseconds(call.begun.saturating_duration_since(begun));
    calls.sort_by_key(|call| Reverse(took_ns(call)));
    calls.truncate(CALLS_MAX);
    calls.sort_by_key(|call| begun_ns(call));
    CheckpointColumns {
        begun_ns: each(&calls, begun_ns),
        duration_ns: each(&calls, took_ns),
        mode: each(&calls, |call| call.mode.name().into()),
        caller: each(&calls, |call| call.caller.name().into()),
        answer: each(&calls, |call| call.answer.name().into()),
        frames_in_wal: each(&calls, |call| Some(call.frames?.in_wal)),
        frames_in_database: each(&calls, |call| Some(call.frames?.copied)),
        wal_bytes_before: each(&calls, |call| call.wal_bytes_before),
        wal_bytes_after: each(&calls, |call| call.wal_bytes_after),
        database_bytes: each(&calls, |call| call.database_bytes),
    }
}

#[cfg(test)]
mod tests {
    use write_path::{CheckpointCaller, CheckpointMode, FrameCounts};

    use super::*;

    fn call(
        origin: Instant,
        begun_ns: u64,
        duration_ns: u64,
        frames: Option<(u64, u64)>,
    ) -> CheckpointCall {
        CheckpointCall {
            begun: origin + Duration::from_nanos(begun_ns),
            duration: Duration::from_nanos(duration_ns),
            mode: CheckpointMode::Passive,
            caller: match begun_ns.is_multiple_of(2) {
                true => CheckpointCaller::Commit,
                false => CheckpointCaller::Background,
            },
            answer: match frames {
                Some(_) => CheckpointAnswer::Done,
                None => CheckpointAnswer::Busy,
            },
            frames: frames.map(|(in_wal, copied)| FrameCounts { in_wal, copied }),
            wal_salts: 0,
            wal_bytes_before: 1,
            wal_bytes_after: 2,
            database_bytes: 3,
            database_synced: None,
        }
    }

    fn of(calls: &[CheckpointCall], origin: Instant, ns: u64) -> Option<CheckpointsRecord> {
        record_of_checkpoints(calls.iter(), origin, Duration::from_nanos(ns))
    }

    #[test]
    fn no_checkpoint_has_no_record() {
        assert_eq!(of(&[], Instant::now(), 1), None);
    }

    #[test]
    fn calls_are_summed_up_by_caller() {
        let origin = Instant::now();
        let calls = [
            call(origin, 0, 5, Some((9, 9))),
            call(origin, 1, 7, None),
            call(origin, 2, 1, Some((4, 4))),
        ];
        let record = of(&calls, origin, 26).unwrap();
        assert_eq!((record.count, record.hindered), (3, 1));
        assert_eq!((record.longest_ns, record.p50_ns, record.total_ns), (7, 5, 13));
        assert_eq!(record.time_share, 0.5);
        let commit = &record.callers[0];
        assert_eq!((commit.count, commit.longest_ns, commit.total_ns), (2, 5, 6));
        assert_eq!(record.callers.len(), 2);
        assert_eq!(record.calls.frames_in_wal, [Some(9), None, Some(4)]);
    }

    #[test]
    fn each_call_is_a_row_of_the_columns() {
        let origin = Instant::now();
        let synced = CheckpointCall {
            database_synced: Some(Duration::from_nanos(200)),
            ..call(origin, 1_000, 300, Some((1_001, 1_000)))
        };
        let columns = CheckpointColumns {
            begun_ns: vec![1_000],
            duration_ns: vec![500],
            mode: vec!["passive".into()],
            caller: vec!["commit".into()],
            answer: vec!["done".into()],
            frames_in_wal: vec![Some(1_001)],
            frames_in_database: vec![Some(1_000)],
            wal_bytes_before: vec![1],
            wal_bytes_after: vec![2],
            database_bytes: vec![3],
        };
        assert_eq!(of(&[synced], origin, 2_000).unwrap().calls, columns);
    }

    #[test]
    fn frames_are_counted_once() {
        let of = |calls: &[(u64, (u64, u64))]| {
            let origin = Instant::now();
            let noted = |(salts, frames): &(u64, (u64, u64))| CheckpointCall {
                wal_salts: *salts,
                ..call(origin, 0, 1, Some(*frames))
            };
            let calls: Vec<CheckpointCall> = calls.iter().map(noted).collect();
            of(&calls, origin, 1).unwrap().frames_copied
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
        let origin = Instant::now();
        let many: Vec<CheckpointCall> =
            (0..3_000).map(|number| call(origin, number, number, Some((1, 1)))).collect();
        let record = of(&many, origin, 1).unwrap();
        assert_eq!(record.count, 3_000);
        assert_eq!(record.calls.duration_ns.len(), 1_000);
        assert!(record.calls.begun_ns.is_sorted());
        assert_eq!(record.calls.duration_ns.first(), Some(&2_000));
    }
}
