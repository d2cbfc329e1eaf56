//! Seeded workloads: records that can be told apart, in packets of a fixed size.

mod events;

use std::collections::VecDeque;
use std::num::NonZeroU32;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use write_path::{Digest, Operation, Packet, Record, VOTE_BYTES, Vote};

use crate::error::RunnerError;

/// What the packets of a case are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Workload {
    /// Votes for uniformly drawn articles; each vote's user is its sequence number.
    Votes {
        /// How many articles there are; the first document had 100,000.
        articles: NonZeroU32,
    },
    /// Log events of 250 to 2,499 random bytes in base64, as the second document's generator made.
    Events,
    /// The same events, each deleted by its key once enough others wait behind it, as the log driver
    /// does when an event was delivered: a packet deletes as many as it inserts. Rates count both.
    EventChurn {
        /// How many events wait.
        backlog: NonZeroU32,
    },
}

/// The first document's number of articles (noria, `vote --articles`).
pub const ARTICLES: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");

impl Workload {
    /// Votes for the first document's number of articles.
    pub const VOTES: Self = Self::Votes { articles: ARTICLES };

    /// The payload of one record in bytes, on average; that of its deletion included.
    pub fn payload_bytes_mean(self) -> usize {
        match self {
            Self::Votes { .. } => VOTE_BYTES,
            Self::Events => events::payload_bytes_mean(),
            Self::EventChurn { .. } => events::payload_bytes_mean() + VOTE_BYTES,
        }
    }

    /// Whether records are deleted too.
    pub fn deletes(self) -> bool {
        self.backlog() > 0
    }

    /// How many articles votes are for.
    ///
    /// # Errors
    /// [`RunnerError::Unfit`] of other records, which nobody can ask for.
    pub(crate) fn articles(self) -> Result<NonZeroU32, RunnerError> {
        match self {
            Self::Votes { articles } => Ok(articles),
            Self::Events | Self::EventChurn { .. } => Err(RunnerError::Unfit(format!(
                "reads of {} cannot be checked; give the case votes",
                self.label()
            ))),
        }
    }

    /// How many records wait for their deletion at most.
    fn backlog(self) -> usize {
        match self {
            Self::Votes { .. } | Self::Events => 0,
            Self::EventChurn { backlog } => backlog.get() as usize,
        }
    }

    /// Operations that each record of a packet brings: its insertion, and the deletion of another.
    pub fn operations_per_record(self) -> u32 {
        if self.deletes() { 2 } else { 1 }
    }

    /// The votes of a workload of votes, from the first one on.
    pub fn votes(articles: NonZeroU32, seed: u64) -> impl Iterator<Item = Vote> {
        let mut random = SmallRng::seed_from_u64(seed);
        (0..).map(move |user| vote(&mut random, articles, user))
    }

    /// The workload as ids write it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Votes { .. } => "votes",
            Self::Events => "events",
            Self::EventChurn { .. } => "churn",
        }
    }
}

/// A vote for an article at random.
fn vote(random: &mut SmallRng, articles: NonZeroU32, user: u64) -> Vote {
    Vote { article: random.random_range(0..articles.get()), user }
}

/// Makes a workload's packets, the same ones for the same seed.
#[derive(Debug, Clone)]
pub struct PacketSource {
    workload: Workload,
    random: SmallRng,
    records_per_packet: NonZeroU32,
    /// Records that wait for their deletion, the oldest first.
    backlog: VecDeque<Record>,
    inserted: u64,
    made: Digest,
}

/// The seed of every case: cases of one question get the same records.
pub const SEED: u64 = 0x5ee_d0fd_07ab;

impl PacketSource {
    /// A source at its beginning.
    pub fn new(workload: Workload, records_per_packet: NonZeroU32, seed: u64) -> Self {
        Self {
            workload,
            random: SmallRng::seed_from_u64(seed),
            records_per_packet,
            backlog: VecDeque::new(),
            inserted: 0,
            made: Digest::default(),
        }
    }

    /// The same source from where it stands, with packets of another size.
    pub fn with_records_per_packet(self, records_per_packet: NonZeroU32) -> Self {
        Self { records_per_packet, ..self }
    }

    /// The payload of one record in bytes, on average; at least 1.
    pub fn record_bytes_mean(&self) -> u32 {
        u32::try_from(self.workload.payload_bytes_mean()).unwrap_or(u32::MAX).max(1)
    }

    /// Records in a packet of the case's size.
    pub fn records_per_packet(&self) -> NonZeroU32 {
        self.records_per_packet
    }

    /// The next packet of the case's size.
    pub fn next_packet(&mut self) -> Packet {
        self.packet_of(self.records_per_packet)
    }

    /// The next packet, of another size. Deletions come after the insertions.
    pub fn packet_of(&mut self, records: NonZeroU32) -> Packet {
        let mut operations: Vec<Operation> =
            (0..records.get()).map(|_| Operation::Insert(self.next_record())).collect();
        operations.extend(std::iter::from_fn(|| self.next_deletion(self.workload.backlog())));
        Packet::new(operations)
    }

    /// Deletions alone, at most so many, until an eighth of a full backlog is left.
    pub fn shrink_backlog(&mut self, records_max: NonZeroU32) -> Option<Packet> {
        let deletions = std::iter::from_fn(|| self.next_deletion(self.workload.backlog() / 8));
        let operations: Vec<Operation> = deletions.take(records_max.get() as usize).collect();
        (!operations.is_empty()).then(|| Packet::new(operations))
    }

    fn next_record(&mut self) -> Record {
        let random = &mut self.random;
        let record = match self.workload {
            Workload::Votes { articles } => Record::Vote(vote(random, articles, self.inserted)),
            Workload::Events | Workload::EventChurn { .. } => Record::Event(events::event(random)),
        };
        self.inserted += 1;
        self.made.add(&record);
        if self.workload.deletes() {
            self.backlog.push_back(record.clone());
        }
        record
    }

    /// The deletion of the oldest record that waits, if more than so many do.
    fn next_deletion(&mut self, waiting_max: usize) -> Option<Operation> {
        let is_over = self.backlog.len() > waiting_max;
        let record = is_over.then(|| self.backlog.pop_front()).flatten()?;
        self.made.remove(&record);
        Some(Operation::Delete(record.key()))
    }

    /// Whether from here on each packet deletes as many records as it inserts, in a workload that
    /// deletes.
    pub fn has_full_backlog(&self) -> bool {
        self.backlog.len() >= self.workload.backlog()
    }

    /// How many records were made so far.
    pub fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Every record made so far and not deleted again.
    pub fn made(&self) -> Digest {
        self.made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: NonZeroU32 = NonZeroU32::new(3).expect("not zero");

    fn packets(workload: Workload, seed: u64) -> Vec<Packet> {
        let mut source = PacketSource::new(workload, THREE, seed);
        (0..5).map(|_| source.next_packet()).collect()
    }

    #[test]
    fn a_seed_makes_the_same_packets_and_another_seed_makes_others() {
        for workload in [Workload::VOTES, Workload::Events] {
            assert_eq!(packets(workload, 1), packets(workload, 1));
            assert_ne!(packets(workload, 1), packets(workload, 2));
        }
    }

    #[test]
    fn with_a_full_backlog_each_packet_deletes_as_many_as_it_inserts_and_the_oldest_first() {
        let backlog = NonZeroU32::new(7).expect("not zero");
        let mut source = PacketSource::new(Workload::EventChurn { backlog }, THREE, 1);
        let mut inserted = Vec::new();
        let mut deleted = Vec::new();
        for packet_number in 1..=6 {
            let was_full = source.has_full_backlog();
            let packet = source.next_packet();
            for operation in packet.operations() {
                match operation {
                    Operation::Insert(record) => inserted.push(record.clone()),
                    Operation::Delete(key) => deleted.push(*key),
                }
            }
            assert_eq!(was_full, packet_number > 3);
            assert!(!was_full || packet.len() == 6);
            assert_eq!(source.made().records(), (inserted.len() - deleted.len()) as u64);
        }
        let (gone, kept) = inserted.split_at(deleted.len());
        assert_eq!(gone.iter().map(Record::key).collect::<Vec<_>>(), deleted);
        assert_eq!(kept.len(), 7);
        let mut expected = Digest::default();
        kept.iter().for_each(|record| expected.add(record));
        assert_eq!(source.made(), expected);
    }

    #[test]
    fn a_backlog_shrinks_to_an_eighth_and_what_never_waits_does_not() {
        let backlog = NonZeroU32::new(16).expect("not zero");
        let mut source = PacketSource::new(Workload::EventChurn { backlog }, THREE, 1);
        while !source.has_full_backlog() {
            source.next_packet();
        }
        let mut deleted = 0;
        while let Some(packet) = source.shrink_backlog(THREE) {
            assert!(packet.len() <= 3);
            deleted += packet.len() as u64;
        }
        assert_eq!(source.made().records(), 2);
        assert_eq!(deleted, 14);
        let mut endless = PacketSource::new(Workload::Events, THREE, 1);
        endless.next_packet();
        assert!(endless.shrink_backlog(THREE).is_none());
    }

    #[test]
    fn the_mean_payload_is_that_of_many_packets() {
        let thousand = NonZeroU32::new(1000).expect("not zero");
        for workload in [Workload::VOTES, Workload::Events] {
            let packet = PacketSource::new(workload, thousand, 1).next_packet();
            let mean = packet.payload_bytes() as f64 / 1000.0;
            let stated = workload.payload_bytes_mean() as f64;
            assert!((mean / stated - 1.0).abs() < 0.05, "{mean} against {stated}");
        }
    }

    #[test]
    fn no_two_records_are_equal() {
        for workload in [Workload::VOTES, Workload::Events] {
            let packets = packets(workload, 1);
            let operations: Vec<_> = packets.iter().flat_map(Packet::operations).collect();
            for (at, operation) in operations.iter().enumerate() {
                assert!(!operations[at + 1..].contains(operation));
            }
        }
    }
}
