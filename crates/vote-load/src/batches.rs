//! Client batches: a load's operations, gathered as the document's clients gathered them.

use std::num::NonZeroU32;
use std::time::Duration;

use runner::driver::{ArrivalRate, Schedule};
use write_path::{Operation, Packet, Record};

use crate::load::VoteLoad;
use crate::operations::{ClientOperation, Operations};

/// Operations that one client hands in together, and waits for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The batch's place in the order of closing, from 0.
    pub(crate) number: u64,
    /// When it closes, from the load's start: then it is handed on.
    pub(crate) closes: Duration,
    /// When each of its operations was due, in ns from the load's start.
    pub(crate) due_ns: Vec<u64>,
    /// What is asked for.
    pub(crate) work: Work,
}

/// What a batch asks for. Votes and reads are gathered apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Work {
    /// To keep these votes.
    Write(Packet),
    /// The counts of these articles, ascending and each once, as the document's clients asked.
    Read(Vec<u32>),
}

/// A load's batches in the order of closing, the same ones for the same seed. They end with the
/// last operation that is due before the load's end.
#[derive(Debug, Clone)]
pub(crate) struct Batches {
    arrivals: Schedule,
    operations: Operations,
    batch_wait: Duration,
    end: Duration,
    gathered_writes: Gathering<Operation>,
    gathered_reads: Gathering<u32>,
    /// The operation that is due next.
    next: Option<(Duration, ClientOperation)>,
    closed: u64,
}

/// A batch that is not closed yet.
#[derive(Debug, Clone)]
struct Gathering<T> {
    due_ns: Vec<u64>,
    gathered: Vec<T>,
}

/// What draws arrivals must not draw articles too: the two would move together.
const SEED_OF_OPERATIONS: u64 = 0x0b5e_55ed;

impl Batches {
    /// The batches of a load that lasts so long.
    pub(crate) fn of(load: &VoteLoad, target: NonZeroU32, length: Duration, seed: u64) -> Self {
        let mut batches = Self {
            arrivals: Schedule::new(load.arrivals, ArrivalRate::of_count(target), seed),
            operations: Operations::of(load, seed ^ SEED_OF_OPERATIONS),
            batch_wait: load.batch_wait,
            end: length,
            gathered_writes: Gathering::new(),
            gathered_reads: Gathering::new(),
            next: None,
            closed: 0,
        };
        batches.next = batches.draw();
        batches
    }

    fn draw(&mut self) -> Option<(Duration, ClientOperation)> {
        let due = self.arrivals.next().filter(|due| *due < self.end)?;
        Some((due, self.operations.next_operation()))
    }

    /// Takes in every operation that is due before the oldest batch closes, and returns when that
    /// is; `None` once there are neither operations nor batches.
    fn gather(&mut self) -> Option<Duration> {
        loop {
            let closes = [self.gathered_writes.oldest(), self.gathered_reads.oldest()]
                .into_iter()
                .flatten()
                .min()
                .map(|oldest| oldest + self.batch_wait);
            match (self.next, closes) {
                (None, closes) => return closes,
                (Some((due, _)), Some(closes)) if closes <= due => return Some(closes),
                (Some((due, operation)), _) => {
                    match operation {
                        ClientOperation::Write(vote) => {
                            let insert = Operation::Insert(Record::Vote(vote));
                            self.gathered_writes.push(due, insert);
                        }
                        ClientOperation::Read { article } => self.gathered_reads.push(due, article),
                    }
                    self.next = self.draw();
                }
            }
        }
    }
}

impl Iterator for Batches {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let closes = self.gather()?;
        let is_due =
            |oldest: Option<Duration>| oldest.map(|it| it + self.batch_wait) == Some(closes);
        let (due_ns, work) = if is_due(self.gathered_writes.oldest()) {
            let (due_ns, operations) = self.gathered_writes.take();
            (due_ns, Work::Write(Packet::new(operations)))
        } else {
            let (due_ns, mut articles) = self.gathered_reads.take();
            articles.sort_unstable();
            articles.dedup();
            (due_ns, Work::Read(articles))
        };
        let number = self.closed;
        self.closed += 1;
        Some(Batch { number, closes, due_ns, work })
    }
}

impl<T> Gathering<T> {
    fn new() -> Self {
        Self { due_ns: Vec::new(), gathered: Vec::new() }
    }

    fn oldest(&self) -> Option<Duration> {
        self.due_ns.first().copied().map(Duration::from_nanos)
    }

    fn push(&mut self, due: Duration, gathered: T) {
        self.due_ns.push(due.as_nanos() as u64);
        self.gathered.push(gathered);
    }

    /// What was gathered; the next batch will need about as much room.
    fn take(&mut self) -> (Vec<u64>, Vec<T>) {
        let room = self.due_ns.len();
        (
            std::mem::replace(&mut self.due_ns, Vec::with_capacity(room)),
            std::mem::replace(&mut self.gathered, Vec::with_capacity(room)),
        )
    }
}

impl Batch {
    /// Operations in the batch, as they came in: repeated reads count.
    pub(crate) fn operations(&self) -> usize {
        self.due_ns.len()
    }

    /// The votes of the batch: none of one of reads.
    pub(crate) fn votes(&self) -> impl Iterator<Item = &Record> {
        let operations = match &self.work {
            Work::Write(packet) => packet.operations(),
            Work::Read(_) => &[],
        };
        operations.iter().filter_map(|operation| match operation {
            Operation::Insert(vote) => Some(vote),
            Operation::Delete(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batches(target: u32, write_every: u32, seed: u64) -> Vec<Batch> {
        let load = VoteLoad {
            write_every: NonZeroU32::new(write_every).expect("not zero"),
            ..VoteLoad::of_the_document()
        };
        let target = NonZeroU32::new(target).expect("a rate");
        Batches::of(&load, target, Duration::from_millis(200), seed).collect()
    }

    #[test]
    fn a_batch_closes_a_millisecond_after_its_oldest_operation() {
        for batch in batches(20_000, 1, 1) {
            let oldest = Duration::from_nanos(batch.due_ns[0]);
            assert_eq!(batch.closes, oldest + Duration::from_millis(1));
        }
    }

    #[test]
    fn a_slow_load_has_batches_of_one_and_a_fast_one_of_a_thousand() {
        assert!(batches(50, 1, 1).iter().all(|batch| batch.operations() <= 2));
        let fast = batches(1_000_000, 1, 1);
        let mean = 200_000.0 / fast.len() as f64;
        assert!((900.0..1_100.0).contains(&mean), "{mean}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn no_operation_is_lost_late_or_in_two_batches(
            target in 1..200_000_u32, write_every in 1..30_u32, seed: u64,
        ) {
            let batches = batches(target, write_every, seed);
            let mut due: Vec<u64> = Vec::new();
            let mut users = Vec::new();
            for (number, batch) in batches.iter().enumerate() {
                prop_assert_eq!(batch.number, number as u64);
                prop_assert!(batch.due_ns.is_sorted() && !batch.due_ns.is_empty());
                let closes_ns = batch.closes.as_nanos() as u64;
                prop_assert!(batch.due_ns.iter().all(|due| closes_ns - due <= 1_000_000));
                due.extend(&batch.due_ns);
                match &batch.work {
                    Work::Write(packet) => {
                        prop_assert_eq!(packet.len(), batch.operations());
                        for vote in batch.votes() {
                            if let Record::Vote(vote) = vote {
                                users.push(vote.user);
                            }
                        }
                    }
                    Work::Read(articles) => {
                        prop_assert!(articles.windows(2).all(|pair| pair[0] < pair[1]));
                        prop_assert!(articles.len() <= batch.operations());
                    }
                }
            }
            prop_assert!(batches.is_sorted_by_key(|batch| batch.closes));
            due.sort_unstable();
            let load = VoteLoad::of_the_document();
            let rate = ArrivalRate::of_count(NonZeroU32::new(target).expect("a rate"));
            let scheduled: Vec<u64> = Schedule::new(load.arrivals, rate, seed)
                .map(|due| due.as_nanos() as u64)
                .take_while(|due| *due < 200_000_000)
                .collect();
            prop_assert_eq!(due, scheduled);
            let first = u64::from(load.articles.get());
            prop_assert!(users.iter().copied().eq(first..first + users.len() as u64));
        }
    }
}
