//! Made-up series of each cause, and of none.

use super::*;
use measure::record::{QueueCounts as Counts, QueueDepths as Depths, QueueSlice as Slice};

/// A second in which the queue keeps up: 1,000 messages, 100 us for each commit, of which 5 us are checkpoints.
fn usual() -> Slice {
    Slice {
        end_seconds: 1.0,
        seconds: 1.0,
        counts: Counts { inserted: 1_000, deleted: 1_000, ..Counts::default() },
        waiting_messages: 0,
        depths: Depths { messages: 10, acks: Some(5), deliveries: 5 },
        resident_bytes: None,
        database_bytes: 0,
        journal_bytes: 0,
        freelist_pages: None,
        insert_ns_max: 2_000_000,
        delete_ns_max: 1_000_000,
        commit_ns: Some(200_000_000),
        checkpoint_ns: Some(10_000_000),
        checkpointed_frames: Some(7_000),
        device_bytes_written: Some(30_000_000),
        dirty_bytes: Some(4_000_000),
        writeback_bytes: Some(1_000_000),
    }
}

/// A second that serves 200 messages, each commit so long as it says.
fn slow(commit_us: u64, checkpoint_us: u64) -> Slice {
    Slice {
        counts: Counts { inserted: 200, deleted: 200, ..Counts::default() },
        commit_ns: Some(400 * commit_us * 1_000),
        checkpoint_ns: Some(400 * checkpoint_us * 1_000),
        insert_ns_max: 700_000_000,
        ..usual()
    }
}

/// Ten usual slices with these among them, between a first and a last one that do not count.
fn with(among: &[Slice]) -> String {
    let idle = Slice { counts: Counts::default(), ..usual() };
    let mut series = vec![idle];
    series.extend([usual(); 5]);
    series.extend_from_slice(among);
    series.extend([usual(); 5]);
    series.push(idle);
    slow_phase(&series)
}

#[test]
fn an_even_run_has_none() {
    let phase = with(&[]);
    assert!(phase.starts_with("no slow phase: each of 10 slices"), "{phase}");
}

#[test]
fn a_short_run_cannot_tell() {
    for series in [vec![], vec![usual(); 1], vec![usual(); 7]] {
        let phase = slow_phase(&series);
        assert!(phase.starts_with("a slow phase cannot be told: "), "{phase}");
    }
}

#[test]
fn deletions_that_wait_behind_messages_are_queueing() {
    let queued = Slice {
        counts: Counts { inserted: 1_800, deleted: 200, ..Counts::default() },
        depths: Depths { messages: 9_000, acks: None, deliveries: 4_000 },
        ..usual()
    };
    let sentence = with(&[queued; 3]);
    assert!(sentence.starts_with("a slow phase, caused by queueing: 3 of 13 slices"), "{sentence}");
    assert!(sentence.contains("the channels held 13000.0 and 20.0 messages"), "{sentence}");
}

#[test]
fn longer_checkpoints_within_commits_are_checkpoints() {
    let busy = Slice { dirty_bytes: Some(900_000_000), ..slow(2_500, 2_000) };
    let sentence = with(&[busy; 2]);
    assert!(sentence.starts_with("a slow phase, caused by checkpoints"), "{sentence}");
    assert!(sentence.contains("of it checkpoints 2000.0 and 5.0 us"), "{sentence}");
}

#[test]
fn commits_that_wait_for_a_busy_disk_are_write_back() {
    let unwritten = Slice { dirty_bytes: Some(900_000_000), ..slow(2_500, 10) };
    let device = Slice { device_bytes_written: Some(200_000_000), ..slow(2_500, 10) };
    for busy in [unwritten, device] {
        let sentence = with(&[busy; 2]);
        assert!(sentence.starts_with("a slow phase, caused by write-back"), "{sentence}");
    }
}

#[test]
fn what_nothing_explains_is_told_so() {
    let waited = slow(2_500, 10);
    let untold = Slice {
        device_bytes_written: None,
        dirty_bytes: None,
        writeback_bytes: None,
        checkpoint_ns: None,
        ..waited
    };
    // The source paused: nothing waited, and no commit took longer.
    let paused = Slice { commit_ns: Some(40_000_000), ..slow(100, 5) };
    for unexplained in [waited, untold, paused] {
        let sentence = with(&[unexplained; 2]);
        assert!(sentence.starts_with("a slow phase, caused by none of queueing"), "{sentence}");
    }
}

#[test]
fn slices_that_disagree_are_undecided() {
    let written_back = Slice { dirty_bytes: Some(900_000_000), ..slow(2_500, 10) };
    let sentence = with(&[written_back, slow(2_500, 2_000)]);
    assert!(sentence.starts_with("a slow phase, undecided: 2 of 12 slices"), "{sentence}");
}
