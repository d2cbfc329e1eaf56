//! The first document: checkpoints, and what a merged packet takes.

use super::common::{At, INDEXED, MERGED, SHOWS, SQLITE, about, gain, of_path, times_or_more};
use crate::claims::case_key::{CaseKey, Is, Pick};
use crate::claims::measurement::{End, Measurement, Rate, StepTime};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source, claim};
use crate::claims::standard::{ANOTHER_MACHINE, Outside, SAME_RUN, Standard};
use crate::claims::unit::Unit;

/// A checkpoint strategy on the document's indexed table and the larger store, as fast as it acks.
macro_rules! saturated {
    ($strategy:literal) => {
        CaseKey::of(
            &SATURATED,
            &[("checkpoint_strategy", Is::Key($strategy)), ("journal_size_limit", Is::Key("-1"))],
        )
        .pick(Pick::LargestStore)
    };
}

pub(super) const CLAIMS: [ClaimSpec; 19] = [
    claim("soup/automatic-checkpoint-stalls", CHECKPOINTING)
        .says(
            "an automatic checkpoint inflicts a latency hit on the commit that triggers it: \
             most of the slowest acks",
        )
        .settled_by(
            STRATEGIES,
            Measurement::StalledShare(AUTOMATIC),
            Standard::at_least(Unit::Share, 0.5),
        ),
    claim("soup/stall-of-300-ms", CHECKPOINTING)
        .says("that hit is up to 300 ms after the database gained a decent amount of rows")
        .settled_by(STRATEGIES, Measurement::LongestAck(AUTOMATIC), long_time(300.0 * MS)),
    claim("soup/larger-wal-slows-reads", CHECKPOINTING)
        .says("a larger WAL results in slower reads")
        .settled_by(
            WAL_LENGTHS,
            gain(
                Rate::Read,
                CaseKey::only(&[POINT_READ, NO_WAL]),
                CaseKey::only(&[POINT_READ, LONG_WAL]),
            ),
            SHOWS,
        ),
    claim("soup/larger-wal-slows-reads-of-many-rows", CHECKPOINTING)
        .says("a larger WAL results in slower reads: all votes for an article")
        .settled_by(
            WAL_LENGTHS,
            gain(
                Rate::Read,
                CaseKey::only(&[ARTICLE_READ, NO_WAL]),
                CaseKey::only(&[ARTICLE_READ, ("wal_frames", Is::Key("10000"))]),
            ),
            SHOWS,
        ),
    claim("soup/larger-wal-slows-writes", CHECKPOINTING)
        .says("this seems to be the case for writes too")
        .settled_by(
            WAL_LENGTHS,
            gain(Rate::Acked, CaseKey::only(&[WRITE, NO_WAL]), CaseKey::only(&[WRITE, LONG_WAL])),
            SHOWS,
        ),
    claim("soup/behind-the-ack", AFTER_ACKS)
        .says(
            "checkpoints after the ack increased the throughput from 25 k to at least 42 k \
             votes per second: all work in the time",
        )
        .settled_by(STRATEGIES, gain(Rate::Drained, BEHIND_THE_ACK, AUTOMATIC), BEHIND_GAINS),
    claim("soup/behind-the-ack-on-soups-table", AFTER_ACKS)
        .says(
            "checkpoints after the ack increased the throughput from 25 k to at least 42 k \
             votes per second: Soup's own table",
        )
        .settled_by(
            "vote",
            gain(Rate::Acked, of_path!("arm-b-100k"), of_path!("arm-a")),
            BEHIND_GAINS,
        ),
    claim("soup/checkpoint-longer-with-size", AFTER_ACKS)
        .says("the time of a checkpoint grows with the database size: the automatic 1,000 frames")
        .settled_by(
            STRATEGIES,
            Measurement::CheckpointRatio {
                case: AUTOMATIC,
                over: AUTOMATIC.pick(Pick::SmallestStore),
            },
            SHOWS,
        )
        .needing(Needs::DatabaseBytes(LARGE_STORE)),
    claim("soup/first-checkpoints", AFTER_ACKS)
        .says("initially a checkpoint takes a couple of milliseconds")
        .settled_by(GROWTH, step(End::First, StepTime::Checkpoint), short_time(2.0 * MS)),
    claim("soup/later-checkpoints", AFTER_ACKS)
        .says("towards the end of `vote` a checkpoint takes up to hundreds of milliseconds")
        .settled_by(GROWTH, step(End::Last, StepTime::Checkpoint), long_time(100.0 * MS)),
    claim("soup/later-checkpoints-every-10k", AFTER_ACKS)
        .says("even with checkpoints every 10 k rows, the later ones took at least 100 ms")
        .settled_by(
            STRATEGIES,
            Measurement::CheckpointTime(saturated!("after_ack:records=10000:passive")),
            long_time(100.0 * MS),
        ),
    claim("soup/first-packets", AFTER_ACKS)
        .says("persisting a merged packet of about 400 rows starts out at less than a millisecond")
        .settled_by(GROWTH, step(End::First, StepTime::Packet), short_time(MS)),
    claim("soup/later-packets", AFTER_ACKS)
        .says("persisting a merged packet of about 400 rows grows to around 10 ms")
        .settled_by(GROWTH, step(End::Last, StepTime::Packet), about(10.0 * MS)),
    claim("soup/merged-packet-of-10-ms", AFTER_ACKS)
        .says(
            "a merged packet of about 400 rows takes around 10 ms: under the document's load, \
             where it is most",
        )
        .settled_by("vote_load", Measurement::MergedPacket(DOCUMENTS_LOAD), about(10.0 * MS)),
    claim("soup/ceiling-under-load", AFTER_ACKS)
        .says(
            "25 k votes per second with automatic checkpoints: the most under the document's \
             load",
        )
        .settled_by(
            "vote_load",
            Measurement::Ceiling(DOCUMENTS_LOAD),
            Standard::between(Unit::PerSecond, 25e3, 28e3)
                .within(ANOTHER_MACHINE)
                .outside(Outside::NotAtThisScale),
        ),
    claim("soup/background-is-a-no-op", SEPARATE_THREAD)
        .says(
            "without breaks between writes, passive checkpoints in a separate thread will just \
             be no-ops",
        )
        .settled_by(
            STRATEGIES,
            Measurement::IdleCheckpoints(BACKGROUND),
            Standard::at_least(Unit::Share, 1.0).within(SAME_RUN),
        ),
    claim("soup/background-wal-grows", SEPARATE_THREAD)
        .says("and the WAL will continue to grow")
        .settled_by(STRATEGIES, Measurement::WalGrowth(BACKGROUND), times_or_more(2.0)),
    claim("soup/background-helps-with-breaks", SEPARATE_THREAD)
        .says(
            "it helps if the write throughput is low enough to allow breaks: the WAL does not \
             grow at half load",
        )
        .settled_by(
            STRATEGIES,
            Measurement::WalGrowth(BACKGROUND_WITH_BREAKS),
            Standard::at_most(Unit::Times, 1.0).within(SAME_RUN),
        ),
    claim("soup/other-modes-are-as-automatic", SEPARATE_THREAD)
        .says(
            "the other modes would block writes, basically the same as automatic checkpoints: \
             FULL in a thread",
        )
        .settled_by(
            STRATEGIES,
            gain(Rate::Drained, saturated!("background:ms=50:full"), AUTOMATIC),
            Standard::between(Unit::Times, 1.0, 1.0).within(SAME_RUN),
        ),
];

const STRATEGIES: &str = "checkpoint_strategy";
const WAL_LENGTHS: &str = "wal_read_cost";
const GROWTH: &str = "growth";

const CHECKPOINTING: Source = Source::of(Document::WritePerformance, "Checkpointing");
const AFTER_ACKS: Source = Source::of(Document::WritePerformance, "Checkpointing after ACKs");
const SEPARATE_THREAD: Source =
    Source::of(Document::WritePerformance, "Checkpointing in a separate thread");

const MS: f64 = 1e6;

/// A store of less is too small to tell that its size does not matter.
const LARGE_STORE: u64 = 1 << 30;

/// Packets that come as fast as they are acked, with nobody else at the store.
const SATURATED: [At; 4] =
    [SQLITE, INDEXED, ("driver", Is::Key("closed")), ("concurrent_reader", Is::Absent)];

const AUTOMATIC: CaseKey = CaseKey::of(
    &SATURATED,
    &[("checkpoint_strategy", Is::Key("automatic")), ("wal_autocheckpoint", Is::Key("1000"))],
)
.pick(Pick::LargestStore);
const BEHIND_THE_ACK: CaseKey = saturated!("after_ack:records=100000:passive");
const BACKGROUND: CaseKey = saturated!("background:ms=50:passive");

/// The same with breaks between packets, which come at their own times.
const BACKGROUND_WITH_BREAKS: CaseKey = CaseKey::only(&[
    SQLITE,
    INDEXED,
    ("driver", Is::Kind("open")),
    ("concurrent_reader", Is::Absent),
    ("checkpoint_strategy", Is::Key("background:ms=50:passive")),
]);

const NO_WAL: At = ("wal_frames", Is::Key("0"));
/// 400 MB, a hundred times SQLite's default limit.
const LONG_WAL: At = ("wal_frames", Is::Key("100000"));
const WRITE: At = ("task", Is::Key("write"));
const POINT_READ: At = ("task", Is::Key("point-read"));
const ARTICLE_READ: At = ("task", Is::Key("article-read"));

/// Four clients that each wait for their ack, on Soup's table with automatic checkpoints; votes alone, for articles
/// that are equally likely.
const DOCUMENTS_LOAD: CaseKey = CaseKey::only(&[
    ("path", Is::Key("arm-a")),
    ("clients", Is::Key("4")),
    ("write_every", Is::Key("1")),
    ("keys", Is::Key("uniform")),
]);

/// 42 k for 25 k.
const BEHIND_GAINS: Standard = times_or_more(42.0 / 25.0);

const fn step(end: End, time: StepTime) -> Measurement {
    Measurement::Step { end, time, case: CaseKey::only(&[SQLITE, MERGED]) }
}

const fn long_time(ns: f64) -> Standard {
    Standard::at_least(Unit::Nanoseconds, ns).outside(Outside::NotAtThisScale)
}

const fn short_time(ns: f64) -> Standard {
    Standard::at_most(Unit::Nanoseconds, ns)
        .within(ANOTHER_MACHINE)
        .outside(Outside::NotAtThisScale)
}
