//! Cases that do not pause: whole cycles, steps, and a drain before the yardsticks.

use std::time::Duration;

use runner::case::{Case, count};
use write_path::sqlite::{BackgroundPace, CheckpointStrategy, DatabaseSync};
use write_path::{CheckpointCaller, CheckpointMode};

use crate::common::{BLOCKS, measured, votes, wal};

#[test]
fn a_piece_holds_whole_checkpoint_cycles_and_is_drained_off_its_clock() {
    let frames = 100;
    let measured = measured(Case::new(wal(frames), votes()).continuously());
    assert_eq!(measured.replicates.len(), BLOCKS.get() as usize);
    let audit = measured.sync_audit.expect("audited");
    // A page and a frame's header.
    let frames_per_packet = audit.bytes_per_commit / 4120.0;
    let cycle = (f64::from(frames) / frames_per_packet).ceil() as u64;
    let units = measured.work.units_per_piece;
    assert!(units >= 3 * cycle && units.is_multiple_of(cycle), "{units} of {cycle}");
    for replicate in &measured.replicates {
        let pieces = replicate.record.pieces.len() as u64;
        assert!(
            replicate.totals.checkpoints.iter().all(|it| it.caller == CheckpointCaller::Commit)
        );
        // Later packets dirty as many pages as those of the audit, more or less.
        let checkpoints = replicate.totals.checkpoints.len() as u64;
        assert!(checkpoints >= 2 * pieces, "{checkpoints} in {pieces} pieces of 3 cycles");
        let resets = replicate.totals.wal_resets.expect("a WAL");
        assert!(resets <= checkpoints, "{resets} of {checkpoints}: a drain's are none of them");
        assert!(resets + pieces >= checkpoints, "{resets} of {checkpoints}");
        assert!(replicate.record.owed_ns_per_operation > 0.0, "drains are charged");
    }
}

#[test]
fn what_never_repeats_itself_is_one_piece_in_steps() {
    let measured = measured(Case::new(wal(0), votes()).continuously());
    assert_eq!((measured.work.pieces, measured.work.steps_per_piece), (1, 10));
    for replicate in &measured.replicates {
        let record = &replicate.record;
        let [piece] = record.pieces[..] else { panic!("{:?}", record.pieces) };
        let units = replicate.units_per_piece;
        assert_eq!(replicate.readings.len(), 2, "yardsticks on either side");
        assert_eq!(replicate.totals.steps.len(), 10);
        assert_eq!(replicate.totals.steps.iter().map(|step| step.units).sum::<u64>(), units);
        let of_steps: Duration = replicate.totals.steps.iter().map(|step| step.elapsed).sum();
        assert_eq!(of_steps, Duration::from_nanos(piece.elapsed_ns));
        assert_eq!(replicate.totals.acks.count(), units);
        let growth = &replicate.totals.growth;
        assert_eq!(growth.iter().map(|it| it.operations).sum::<u64>(), record.operations);
        assert!(growth.is_sorted_by(|a, b| a.wal_bytes <= b.wal_bytes), "{growth:?}");
        assert!(growth[0].wal_bytes < growth[9].wal_bytes, "the WAL grows");
        assert_eq!(replicate.totals.checkpoints, [], "the drain's is not the path's own");
        assert_eq!(replicate.totals.wal_resets, Some(0));
        assert!(replicate.record.owed_ns_per_operation > 0.0, "it is charged");
    }
}

#[test]
fn a_thread_of_the_paths_own_has_nothing_left_when_the_yardsticks_are_read() {
    let background = CheckpointStrategy::Background {
        pace: BackgroundPace::Milliseconds(count(5)),
        mode: CheckpointMode::Passive,
        database_sync: DatabaseSync::WhenComplete,
    };
    let measured = measured(Case::new(wal(0).with_checkpoints(background), votes()).continuously());
    for replicate in &measured.replicates {
        let checkpoints = &replicate.totals.checkpoints;
        assert!(!checkpoints.is_empty());
        assert!(checkpoints.iter().all(|it| it.caller == CheckpointCaller::Background));
        let elapsed_ns = replicate.record.pieces.iter().map(|it| it.elapsed_ns).sum();
        let elapsed = Duration::from_nanos(elapsed_ns);
        let first = checkpoints.iter().map(|it| it.begun).min().expect("some");
        let last = checkpoints.iter().map(|it| it.begun).max().expect("some");
        // Packets are made between stretches of a piece, which takes some time of its own.
        assert!(last - first <= 3 * elapsed, "{:?} in {elapsed:?}", last - first);
        assert!(replicate.record.owed_ns_per_operation > 0.0);
    }
}
