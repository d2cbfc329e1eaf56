//! The first document: checkpoints, and what a merged packet takes.

use super::{At, INDEXED, MERGED, SQLITE};
use crate::claims::case_key::{CaseKey, Is, Pick};
use crate::claims::measurement::{End, Measurement, Rate, StepTime};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{
    ANOTHER_MACHINE, Claimed, Outside, SAME_RUN, SMALLEST_EFFECT, Standard,
};
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
    ClaimSpec {
        key: "soup/automatic-checkpoint-stalls",
        source: CHECKPOINTING,
        words: "an automatic checkpoint inflicts a latency hit on the commit that triggers it: most of the slowest acks",
        question: STRATEGIES,
        measurement: Measurement::StalledShare(AUTOMATIC),
        standard: Standard {
            unit: Unit::Share,
            claimed: Claimed::AtLeast(0.5),
            tolerance: 1.0,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/stall-of-300-ms",
        source: CHECKPOINTING,
        words: "that hit is up to 300 ms after the database gained a decent amount of rows",
        question: STRATEGIES,
        measurement: Measurement::LongestAck(AUTOMATIC),
        standard: long_time(300.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/larger-wal-slows-reads",
        source: CHECKPOINTING,
        words: "a larger WAL results in slower reads",
        question: WAL_LENGTHS,
        measurement: Measurement::RateRatio {
            rate: Rate::Read,
            case: CaseKey::only(&[POINT_READ, NO_WAL]),
            over: CaseKey::only(&[POINT_READ, LONG_WAL]),
        },
        standard: SLOWER,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/larger-wal-slows-reads-of-many-rows",
        source: CHECKPOINTING,
        words: "a larger WAL results in slower reads: all votes for an article",
        question: WAL_LENGTHS,
        measurement: Measurement::RateRatio {
            rate: Rate::Read,
            case: CaseKey::only(&[ARTICLE_READ, NO_WAL]),
            over: CaseKey::only(&[ARTICLE_READ, ("wal_frames", Is::Key("10000"))]),
        },
        standard: SLOWER,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/larger-wal-slows-writes",
        source: CHECKPOINTING,
        words: "this seems to be the case for writes too",
        question: WAL_LENGTHS,
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[WRITE, NO_WAL]),
            over: CaseKey::only(&[WRITE, LONG_WAL]),
        },
        standard: SLOWER,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/behind-the-ack",
        source: AFTER_ACKS,
        words: "checkpoints after the ack increased the throughput from 25 k to at least 42 k votes per second: \
                all work in the time",
        question: STRATEGIES,
        measurement: Measurement::RateRatio {
            rate: Rate::Drained,
            case: BEHIND_THE_ACK,
            over: AUTOMATIC,
        },
        standard: BEHIND_GAINS,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/behind-the-ack-on-soups-table",
        source: AFTER_ACKS,
        words: "checkpoints after the ack increased the throughput from 25 k to at least 42 k votes per second: \
                Soup's own table",
        question: "vote",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[("path", Is::Key("arm-b-100k"))]),
            over: CaseKey::only(&[("path", Is::Key("arm-a"))]),
        },
        standard: BEHIND_GAINS,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/checkpoint-longer-with-size",
        source: AFTER_ACKS,
        words: "the time of a checkpoint grows with the database size: the automatic 1,000 frames",
        question: STRATEGIES,
        measurement: Measurement::CheckpointRatio {
            case: AUTOMATIC,
            over: AUTOMATIC.pick(Pick::SmallestStore),
        },
        standard: SLOWER,
        needs: Needs::DatabaseBytes(LARGE_STORE),
    },
    ClaimSpec {
        key: "soup/first-checkpoints",
        source: AFTER_ACKS,
        words: "initially a checkpoint takes a couple of milliseconds",
        question: GROWTH,
        measurement: step(End::First, StepTime::Checkpoint),
        standard: short_time(2.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/later-checkpoints",
        source: AFTER_ACKS,
        words: "towards the end of `vote` a checkpoint takes up to hundreds of milliseconds",
        question: GROWTH,
        measurement: step(End::Last, StepTime::Checkpoint),
        standard: long_time(100.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/later-checkpoints-every-10k",
        source: AFTER_ACKS,
        words: "even with checkpoints every 10 k rows, the later ones took at least 100 ms",
        question: STRATEGIES,
        measurement: Measurement::CheckpointTime(saturated!("after_ack:records=10000:passive")),
        standard: long_time(100.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/first-packets",
        source: AFTER_ACKS,
        words: "persisting a merged packet of about 400 rows starts out at less than a millisecond",
        question: GROWTH,
        measurement: step(End::First, StepTime::Packet),
        standard: short_time(MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/later-packets",
        source: AFTER_ACKS,
        words: "persisting a merged packet of about 400 rows grows to around 10 ms",
        question: GROWTH,
        measurement: step(End::Last, StepTime::Packet),
        standard: about(10.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/merged-packet-of-10-ms",
        source: AFTER_ACKS,
        words: "a merged packet of about 400 rows takes around 10 ms: under the document's load, where it is most",
        question: "vote_load",
        measurement: Measurement::MergedPacket(DOCUMENTS_LOAD),
        standard: about(10.0 * MS),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/ceiling-under-load",
        source: AFTER_ACKS,
        words: "25 k votes per second with automatic checkpoints: the most under the document's load",
        question: "vote_load",
        measurement: Measurement::Ceiling(DOCUMENTS_LOAD),
        standard: Standard {
            unit: Unit::PerSecond,
            claimed: Claimed::Between(25e3, 28e3),
            tolerance: ANOTHER_MACHINE,
            outside: Outside::NotAtThisScale,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/background-is-a-no-op",
        source: SEPARATE_THREAD,
        words: "without breaks between writes, passive checkpoints in a separate thread will just be no-ops",
        question: STRATEGIES,
        measurement: Measurement::IdleCheckpoints(BACKGROUND),
        standard: Standard {
            unit: Unit::Share,
            claimed: Claimed::AtLeast(1.0),
            tolerance: SAME_RUN,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/background-wal-grows",
        source: SEPARATE_THREAD,
        words: "and the WAL will continue to grow",
        question: STRATEGIES,
        measurement: Measurement::WalGrowth(BACKGROUND),
        standard: Standard {
            unit: Unit::Times,
            claimed: Claimed::AtLeast(2.0),
            tolerance: SAME_RUN,
            outside: Outside::ShowsUntil(SMALLEST_EFFECT),
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/background-helps-with-breaks",
        source: SEPARATE_THREAD,
        words: "it helps if the write throughput is low enough to allow breaks: the WAL does not grow at half load",
        question: STRATEGIES,
        measurement: Measurement::WalGrowth(BACKGROUND_WITH_BREAKS),
        standard: Standard {
            unit: Unit::Times,
            claimed: Claimed::AtMost(1.0),
            tolerance: SAME_RUN,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/other-modes-are-as-automatic",
        source: SEPARATE_THREAD,
        words: "the other modes would block writes, basically the same as automatic checkpoints: FULL in a thread",
        question: STRATEGIES,
        measurement: Measurement::RateRatio {
            rate: Rate::Drained,
            case: saturated!("background:ms=50:full"),
            over: AUTOMATIC,
        },
        standard: Standard {
            unit: Unit::Times,
            claimed: Claimed::Between(1.0, 1.0),
            tolerance: SAME_RUN,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
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

const SLOWER: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::AtLeast(SMALLEST_EFFECT),
    tolerance: 1.0,
    outside: Outside::Fails,
};

/// 42 k for 25 k.
const BEHIND_GAINS: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::AtLeast(42.0 / 25.0),
    tolerance: SAME_RUN,
    outside: Outside::ShowsUntil(SMALLEST_EFFECT),
};

const fn step(end: End, time: StepTime) -> Measurement {
    Measurement::Step { end, time, case: CaseKey::only(&[SQLITE, MERGED]) }
}

const fn about(ns: f64) -> Standard {
    Standard {
        unit: Unit::Nanoseconds,
        claimed: Claimed::Between(ns, ns),
        tolerance: ANOTHER_MACHINE,
        outside: Outside::NotAtThisScale,
    }
}

const fn long_time(ns: f64) -> Standard {
    Standard {
        unit: Unit::Nanoseconds,
        claimed: Claimed::AtLeast(ns),
        tolerance: 1.0,
        outside: Outside::NotAtThisScale,
    }
}

const fn short_time(ns: f64) -> Standard {
    Standard {
        unit: Unit::Nanoseconds,
        claimed: Claimed::AtMost(ns),
        tolerance: ANOTHER_MACHINE,
        outside: Outside::NotAtThisScale,
    }
}
