//! Planted delays of each kind, and acks without any.

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::record::{AttributionRecord, CauseRecord};

const USUAL: UsualStages =
    UsualStages { insert: Duration::from_micros(100), commit: Duration::from_micros(200) };

const DELAY: Duration = Duration::from_millis(5);

/// Packets one after the other, in which delays are planted.
struct Planted {
    free: Instant,
    spans: Vec<AckSpan>,
    checkpoints: CheckpointSpans,
}

impl Planted {
    fn new() -> Self {
        Self { free: Instant::now(), spans: vec![], checkpoints: CheckpointSpans::default() }
    }

    /// A packet whose stages take so long, handed in so long before the path is free for it.
    fn packet(&mut self, queued: Duration, insert: Duration, commit: Duration) -> &mut AckSpan {
        let begun = self.free + Duration::from_micros(1);
        let (inserted, acked) = (begun + insert, begun + insert + commit);
        self.spans.push(AckSpan {
            queued: Interval { begin: self.free - queued, end: self.free },
            driver_late: Duration::ZERO,
            begun,
            inserted,
            acked,
            began_wal_anew: false,
        });
        self.free = acked;
        self.spans.last_mut().unwrap()
    }

    fn usual(&mut self, packets: u64) {
        (0..packets).for_each(|number| {
            // Some noise, so that the slowest are not all alike.
            let noise = Duration::from_nanos(number % 97);
            self.packet(Duration::ZERO, USUAL.insert + noise, USUAL.commit);
        });
    }

    fn own_checkpoint(&mut self, begin: Instant, end: Instant) {
        self.checkpoints.committing.push(Interval { begin, end });
    }

    fn background_checkpoint(&mut self, begin: Instant, end: Instant) {
        self.checkpoints.background.push(Interval { begin, end });
    }

    /// Plants a delay of one kind.
    fn plant(&mut self, cause: Cause) {
        let (none, insert, commit) = (Duration::ZERO, USUAL.insert, USUAL.commit);
        match cause {
            Cause::OwnCheckpoint => {
                let inserted = self.packet(none, insert, commit + DELAY).inserted;
                let end = self.free;
                self.own_checkpoint(inserted + commit, end);
            }
            Cause::BackgroundCheckpoint => {
                let begun = self.packet(none, insert + DELAY, commit).begun;
                let end = self.free;
                self.background_checkpoint(begun - DELAY, end);
            }
            Cause::WalReset => self.packet(none, insert, commit + DELAY).began_wal_anew = true,
            Cause::OwnSync => {
                self.packet(none, insert, commit + DELAY);
            }
            Cause::Queue => {
                self.free += DELAY;
                self.packet(DELAY, insert, commit);
            }
            Cause::Driver => self.packet(none, insert, commit).driver_late = DELAY,
            Cause::Unexplained => {
                self.packet(none, insert + DELAY, commit);
            }
        }
    }

    fn slowest(&self) -> Vec<AttributedAck> {
        attribute(&self.spans, self.spans.len() as u64, &self.checkpoints, USUAL)
    }

    fn record(&self) -> AttributionRecord {
        let acks = self.spans.len() as u64;
        AttributionRecord::of(&self.spans, acks, &self.checkpoints, USUAL).unwrap()
    }
}

fn of_cause(record: &AttributionRecord, cause: Cause) -> &CauseRecord {
    record.causes.iter().find(|it| it.cause == cause).unwrap()
}

#[test]
fn every_planted_delay_is_found_with_its_cause() {
    for cause in Cause::ALL {
        let mut planted = Planted::new();
        for _ in 0..20 {
            planted.usual(999);
            planted.plant(cause);
        }
        let record = planted.record();
        let beyond: u64 = record.causes.iter().map(|it| it.acks_p999).sum();
        assert_eq!((beyond, of_cause(&record, cause).acks_p999), (20, 20), "{cause:?}");
        let explained = f64::from(u8::from(cause != Cause::Unexplained));
        assert_eq!(record.explained_share_p999, Some(explained), "{cause:?}");
    }
}

#[test]
fn delays_of_all_kinds_at_once_are_told_apart() {
    let mut planted = Planted::new();
    for _ in 0..30 {
        for cause in Cause::ALL {
            planted.usual(99);
            planted.plant(cause);
        }
    }
    let record = planted.record();
    assert_eq!(record.slowest, 30 * Cause::ALL.len() as u64);
    for cause in Cause::ALL {
        assert_eq!(of_cause(&record, cause).acks, 30, "{cause:?}");
    }
    assert_eq!(record.explained_share, 6.0 / 7.0);
}

#[test]
fn a_checkpoint_after_an_ack_is_what_the_next_packet_waited_for() {
    let mut planted = Planted::new();
    planted.usual(1_000);
    let begin = planted.free;
    planted.free += DELAY;
    planted.own_checkpoint(begin, planted.free);
    planted.packet(DELAY, USUAL.insert, USUAL.commit);
    let slowest = planted.slowest()[0];
    assert_eq!(slowest.cause, Cause::OwnCheckpoint);
    assert_eq!(slowest.checkpoint, DELAY);
    assert!(slowest.span.latency() > DELAY);
}

#[test]
fn a_background_checkpoint_explains_no_more_than_the_time_beside_it() {
    let mut planted = Planted::new();
    planted.usual(100);
    let begun = planted.packet(Duration::ZERO, USUAL.insert + DELAY, USUAL.commit).begun;
    let soon_over = begun + DELAY / 10;
    planted.background_checkpoint(begun, soon_over);
    assert_eq!(planted.slowest()[0].cause, Cause::Unexplained);
}

#[test]
fn a_packet_that_waits_in_line_beside_a_checkpoint_waits_for_the_checkpoint() {
    let mut planted = Planted::new();
    planted.usual(100);
    let begin = planted.free;
    planted.free += DELAY;
    planted.packet(DELAY, USUAL.insert, USUAL.commit);
    planted.background_checkpoint(begin, begin + DELAY / 2 + USUAL.insert);
    assert_eq!(planted.slowest()[0].cause, Cause::BackgroundCheckpoint);
}

#[test]
fn few_acks_have_their_slowest_ten_attributed_and_no_p999() {
    let mut planted = Planted::new();
    planted.usual(300);
    planted.plant(Cause::OwnSync);
    assert_eq!(planted.slowest().len(), 10);
    assert_eq!(planted.slowest()[0].cause, Cause::OwnSync);
    assert_eq!(planted.record().explained_share_p999, None);
    assert_eq!(AttributionRecord::of(&[], 0, &CheckpointSpans::default(), USUAL), None);
}

proptest! {
    #[test]
    fn the_slowest_are_the_slowest_and_no_part_exceeds_the_ack(
        packets in prop::collection::vec((0..9_000_u64, 0..9_000_u64, 0..9_000_u64), 1..300),
        checkpoints in prop::collection::vec((0..400_000_u64, 0..9_000_u64, any::<bool>()), 0..30),
    ) {
        let mut planted = Planted::new();
        let begin = planted.free;
        for (queued, insert, commit) in packets {
            let [queued, insert, commit] = [queued, insert, commit].map(Duration::from_micros);
            planted.packet(queued, insert, commit);
        }
        let mut free = begin;
        for (gap, length, is_own) in checkpoints {
            let started = free + Duration::from_micros(gap);
            free = started + Duration::from_micros(length);
            if is_own {
                planted.own_checkpoint(started, free);
            } else {
                planted.background_checkpoint(started, free);
            }
        }
        // As if every ack were slow.
        let acks = 100 * planted.spans.len() as u64;
        let slowest = attribute(&planted.spans, acks, &planted.checkpoints, USUAL);
        prop_assert_eq!(slowest.len(), planted.spans.len());
        prop_assert!(slowest.iter().map(|ack| ack.span.latency()).rev().is_sorted());
        for ack in slowest {
            prop_assert!(ack.checkpoint <= ack.span.latency() + Duration::from_micros(1));
        }
    }
}
