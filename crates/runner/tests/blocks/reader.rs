//! A reader beside the packets.

use std::time::Duration;

use runner::case::Case;

use crate::common::{measured, run, votes, wal};

#[test]
fn a_reader_reads_while_pieces_are_timed_and_at_no_other_time() {
    for case in [Case::new(wal(100), votes()), Case::new(wal(100), votes()).continuously()] {
        let measured = measured(case.with_reader());
        for replicate in &measured.replicates {
            let reads = replicate.reads.as_ref().expect("a reader");
            assert!(reads.latencies.count() > 0);
            let elapsed_ns = replicate.record.pieces.iter().map(|piece| piece.elapsed_ns).sum();
            let elapsed = Duration::from_nanos(elapsed_ns);
            assert!(reads.read_for >= elapsed, "{:?} and {elapsed:?}", reads.read_for);
            // Half of the answers took at least the median: they fit into the time in which it was let in.
            let median_ns = reads.latencies.quantile(0.5).expect("many reads");
            let of_half = Duration::from_nanos(median_ns * (reads.latencies.count() / 2));
            assert!(of_half <= reads.read_for, "{of_half:?} in {:?}", reads.read_for);
        }
    }
}

#[test]
fn a_case_without_a_reader_tells_of_none_and_a_path_that_lets_none_in_fails() {
    let alone = measured(Case::new(wal(100), votes()));
    assert!(alone.replicates.iter().all(|replicate| replicate.reads.is_none()));
    let mut exclusive = wal(100);
    exclusive.pragmas.locking_mode = write_path::sqlite::LockingMode::Exclusive;
    let (_, failures) = run(&[Case::new(exclusive, votes()).with_reader()]);
    assert_eq!(failures.len(), 1);
    assert!(failures[0].contains("lets none in"), "{failures:?}");
}
