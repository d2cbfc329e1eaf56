//! The typed description of a sharded path, and how a packet is divided among shards.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::axis::AxisValue;
use crate::commit_queue::Gather;
use crate::error::Result;
use crate::operation::{Operation, Packet};
use crate::record::{RayId, Record, RecordKey};
use crate::soup::fnv1a;
use crate::spec::PathSpec;
use crate::sqlite::refuse_one_thread;

/// Copies of a path, among which records are divided: a vote goes to shard `article % shards`, an
/// event to that of its ray id's hash, a deletion of a vote to all. A packet is acknowledged when
/// each shard that it touches has acknowledged its part.
#[derive(Debug, Clone)]
pub struct ShardedSpec {
    /// What each shard is.
    pub path: Arc<dyn PathSpec>,
    /// How many there are. With one it is the queue that matters.
    pub shards: ShardCount,
    /// Whether a shard waits for more packets before it commits what it has.
    pub gather: Gather,
}

/// How many shards: 1 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShardCount(u32);

impl ShardCount {
    /// One shard: a path with a queue before it.
    pub const ONE: Self = Self(1);

    /// As many as the first document tried.
    pub const FOUR: Self = Self(4);

    /// The most that there may be: a ticket has a bit for each.
    pub const MAX: Self = Self(16);

    /// So many shards, if there may be so many.
    pub const fn new(shards: u32) -> Option<Self> {
        if shards >= 1 && shards <= Self::MAX.0 { Some(Self(shards)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for ShardCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Gather {
    /// Soup's group commit as the benchmark `vote` set it: 512 packets, or 100 us after the first one
    /// (noria at e56591db, `--write-batch-size` and `--flush-timeout`).
    pub const SOUP: Self = Self { requests_max: 512, wait_max: Duration::from_micros(100) };

    pub(super) fn axis(self) -> AxisValue {
        if self == Self::AT_ONCE {
            return AxisValue::labelled("gather", "at_once", "nogather");
        }
        let (us, packets) = (self.wait_max.as_micros(), self.requests_max);
        AxisValue::labelled("gather", format!("us={us}:packets={packets}"), format!("gather{us}us"))
    }
}

impl ShardedSpec {
    /// The path of one shard, as it is on its own.
    pub(super) fn shard(&self, shard: u32) -> Arc<dyn PathSpec> {
        self.path.as_shard(shard).unwrap_or_else(|| Arc::clone(&self.path))
    }

    /// Where a shard writes.
    pub(super) fn directory(directory: &Path, shard: u32) -> PathBuf {
        directory.join(format!("shard-{shard}"))
    }

    /// Connections of a build without mutexes cannot live on several threads.
    pub(super) fn refuse_builds_of_one_thread(&self) -> Result<()> {
        let build = self.path.facts().sqlite_build.filter(|_| self.shards > ShardCount::ONE);
        build.map_or(Ok(()), |build| refuse_one_thread(build, "shards"))
    }
}

/// The shard of an article's votes.
pub(super) fn shard_of(article: u32, shards: ShardCount) -> u32 {
    article % shards.get()
}

/// The part of a packet for each shard; `None` for a shard that it does not touch. Operations keep
/// their order within a shard.
pub(super) fn split(packet: &Packet, shards: ShardCount) -> Vec<Option<Packet>> {
    if shards == ShardCount::ONE {
        return vec![Some(packet.clone())];
    }
    let mut parts: Vec<Vec<Operation>> = vec![Vec::new(); shards.get() as usize];
    for operation in packet.operations() {
        let shard = match operation {
            Operation::Insert(Record::Vote(vote)) => shard_of(vote.article, shards),
            Operation::Insert(Record::Event(event)) => shard_of_ray(&event.ray_id, shards),
            Operation::Delete(RecordKey::EventRay(ray_id)) => shard_of_ray(ray_id, shards),
            Operation::Delete(RecordKey::VoteUser(_)) => {
                // A user does not tell the article, and where it has no vote nothing is deleted.
                parts.iter_mut().for_each(|part| part.push(operation.clone()));
                continue;
            }
        };
        parts[shard as usize].push(operation.clone());
    }
    parts.into_iter().map(|part| (!part.is_empty()).then(|| Packet::new(part))).collect()
}

/// Texts are divided by their hash, as Soup divided them (FNV-1a, 64 bits:
/// <https://datatracker.ietf.org/doc/html/rfc9923>).
fn shard_of_ray(ray_id: &RayId, shards: ShardCount) -> u32 {
    // Smaller than the number of shards.
    (fnv1a(ray_id.as_bytes()) % u64::from(shards.get())) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{Event, Vote};

    fn any_operation() -> impl Strategy<Value = Operation> {
        let ray_id = any::<[u8; 12]>().prop_map(RayId::from_random);
        let event = |ray_id| Record::Event(Event { ray_id, data: [1, 2].into() });
        prop_oneof![
            (any::<u32>(), any::<u64>()).prop_map(|(article, user)| Operation::Insert(
                Record::Vote(Vote { article, user })
            )),
            ray_id.clone().prop_map(move |ray_id| Operation::Insert(event(ray_id))),
            ray_id.prop_map(|ray_id| Operation::Delete(RecordKey::EventRay(ray_id))),
        ]
    }

    proptest! {
        /// Each operation lies in one part, in its order, and those on one article in the same one.
        #[test]
        fn parts_make_up_the_packet(
            operations in prop::collection::vec(any_operation(), 1..60),
            shards in 1..=16_u32,
        ) {
            let shards = ShardCount::new(shards).expect("1 to 16");
            let parts = split(&Packet::new(operations.clone()), shards);
            prop_assert_eq!(parts.len(), shards.get() as usize);
            let mut rest: Vec<_> = parts
                .iter()
                .map(|part| part.as_ref().map_or(&[][..], Packet::operations))
                .collect();
            for operation in &operations {
                let holder = rest.iter_mut().find(|part| part.first() == Some(operation));
                let holder = holder.expect("the operation is next in some part");
                *holder = &holder[1..];
            }
            prop_assert!(rest.iter().all(|part| part.is_empty()));
            for (shard, part) in parts.iter().enumerate() {
                prop_assert!(part.as_ref().is_none_or(|part| !part.is_empty()));
                for operation in part.iter().flat_map(Packet::operations) {
                    if let Operation::Insert(Record::Vote(vote)) = operation {
                        prop_assert_eq!(vote.article % shards.get(), shard as u32);
                    }
                }
            }
        }

        #[test]
        fn a_record_and_its_deletion_meet(random in any::<[u8; 12]>(), shards in 1..=16_u32) {
            let shards = ShardCount::new(shards).expect("1 to 16");
            let ray_id = RayId::from_random(random);
            let insert = Operation::Insert(Record::Event(Event { ray_id, data: [].into() }));
            let delete = Operation::Delete(RecordKey::EventRay(ray_id));
            let touched = |operation| {
                let parts = split(&Packet::new(vec![operation]), shards);
                parts.iter().map(Option::is_some).collect::<Vec<bool>>()
            };
            prop_assert_eq!(touched(insert), touched(delete));
        }
    }

    #[test]
    fn the_deletion_of_a_user_goes_everywhere() {
        let deletion = Operation::Delete(RecordKey::VoteUser(1));
        let parts = split(&Packet::new(vec![deletion]), ShardCount::FOUR);
        assert!(parts.iter().all(|part| part.as_ref().is_some_and(|part| part.len() == 1)));
    }
}
