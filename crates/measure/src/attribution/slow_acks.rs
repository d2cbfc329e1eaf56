//! The slowest acks, in bounded memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::AckSpan;

/// Acks that are kept at most: the slowest hundredth of 1.6 million, in 2 MB.
const KEPT_MAX: usize = 16 << 10;

/// Keeps the slowest acks that were noted.
#[derive(Clone, Debug, Default)]
pub struct SlowAcks {
    /// The least slow of them on top, which is the next to go.
    kept: BinaryHeap<Reverse<(Duration, AckSpan)>>,
}

impl SlowAcks {
    /// Notes an ack, which is forgotten once enough slower ones are known.
    pub fn note(&mut self, span: AckSpan) {
        let ack = (span.latency(), span);
        if self.kept.len() < KEPT_MAX {
            self.kept.push(Reverse(ack));
        } else if let Some(mut least) = self.kept.peek_mut()
            && least.0 < ack
        {
            *least = Reverse(ack);
        }
    }

    /// The acks that are kept, in any order.
    #[must_use]
    pub fn into_spans(self) -> Vec<AckSpan> {
        self.kept.into_iter().map(|Reverse((_, span))| span).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::Interval;
    use super::*;

    fn ack(latency_us: u64) -> AckSpan {
        let begun = Instant::now();
        let acked = begun + Duration::from_micros(latency_us);
        AckSpan {
            queued: Interval::empty_at(begun),
            driver_late: Duration::ZERO,
            begun,
            inserted: begun,
            acked,
            began_wal_anew: false,
        }
    }

    #[test]
    fn the_slowest_are_kept_and_no_more_than_memory_is_meant_for() {
        let more = KEPT_MAX as u64 + 1_000;
        let mut slow = SlowAcks::default();
        // 7,919 is prime: every latency once, in no order.
        (0..more).for_each(|number| slow.note(ack(number * 7_919 % more)));
        let kept = slow.into_spans();
        assert_eq!(kept.len(), KEPT_MAX);
        let least = kept.iter().map(AckSpan::latency).min().unwrap();
        assert_eq!(least, Duration::from_micros(1_000));
    }
}
