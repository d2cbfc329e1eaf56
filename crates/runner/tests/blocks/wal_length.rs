//! Cases that start with a WAL of some length.

use std::num::NonZeroU32;

use runner::case::{Case, count};
use runner::initial_state::InitialState;
use runner::prefill::Prefill;
use runner::reading::Reads;

use crate::common::{measured, votes, wal};

const FRAMES: u32 = 150;

fn case() -> Case {
    let filled = Case::new(wal(0), votes()).prefilled(Prefill::Mebibytes(NonZeroU32::MIN));
    Case { initial_state: InitialState::WalFrames(FRAMES), ..filled }
}

#[test]
fn a_wal_that_commits_lengthen_is_brought_back_between_pieces_and_off_every_clock() {
    let measured = measured(case());
    let audit = measured.sync_audit.as_ref().expect("audited");
    let frames_max = u64::from(FRAMES) + u64::from(FRAMES) / 4 + 1_000;
    for replicate in &measured.replicates {
        let kept = replicate.wal_kept.expect("a WAL of some length");
        let span = kept.span.expect("timed");
        assert!(span.begin >= u64::from(FRAMES), "{span:?}");
        assert!(span.begin <= frames_max, "{span:?}");
        assert!(span.end > span.begin, "{span:?}");
        assert_eq!(kept.restored > 0, !kept.restoring.is_zero(), "{kept:?}");
        // How many packets a piece has is a matter of the machine's speed; the frames are of a page and a header.
        let record = &replicate.record;
        let packets = replicate.units_per_piece * record.pieces.len() as u64;
        let written = packets as f64 * audit.bytes_per_commit / 4120.0;
        assert!(kept.restored > 0 || written < 1.25 * frames_max as f64, "{kept:?}, {written}");
        // What is left at the end is owed; that is less than what was restored, and no restoring is in it.
        let owed_ns = record.owed_ns_per_operation * record.operations as f64;
        let of_end = record.drain_ns as f64 * record.operations as f64;
        assert!(owed_ns <= of_end, "{owed_ns} {of_end}");
        assert_eq!(
            replicate.totals.checkpoints,
            [],
            "bringing it back is no checkpoint of the path's own"
        );
    }
}

#[test]
fn reads_leave_it_alone_and_stand_beside_the_cpu_reference_only() {
    let measured = measured(case().reading(Reads::Range { records: count(20) }));
    for replicate in &measured.replicates {
        let kept = replicate.wal_kept.expect("a WAL of some length");
        let span = kept.span.expect("timed");
        assert!(span.begin >= u64::from(FRAMES), "{span:?}");
        assert_eq!((span.begin, kept.restored), (span.end, 0), "nothing was written");
        assert!(replicate.readings.iter().all(|it| it.floor_ns.is_none() && it.reference_ns > 0.0));
    }
}
