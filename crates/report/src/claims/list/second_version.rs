//! The second version of the first document, and the figures of the thesis that came of it.

use super::{At, CLOSED_LOOP, FULL, INDEXED, MERGED, ON_DISK, SQLITE, UNINDEXED, WAL};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{
    ANOTHER_MACHINE, Claimed, Outside, SAME_RUN, SMALLEST_EFFECT, Standard,
};
use crate::claims::unit::Unit;

pub(super) const CLAIMS: [ClaimSpec; 7] = [
    ClaimSpec {
        key: "soup/four-shards",
        source: RESULTS,
        words: "on four shards, behind Soup's log, it is about 300 k where one shard takes 100 to 110 k",
        question: "vote",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[("path", Is::Key("arm-c-x4"))]),
            over: CaseKey::only(&[("path", Is::Key("arm-c"))]),
        },
        standard: at_least(300.0 / 110.0),
        // Each shard has a thread.
        needs: Needs::Processors(4),
    },
    ClaimSpec {
        key: "soup/ten-thousand-rows",
        source: RESULTS,
        words: "10,000 rows take about 100 ms to insert and 5 ms to commit: on the indexed table that it was about",
        question: "why_45k",
        measurement: Measurement::TimeOf { records: 10_000, case: larger(&DOCUMENTS_TABLE) },
        standard: Standard {
            unit: Unit::Nanoseconds,
            claimed: Claimed::Between(105e6, 105e6),
            tolerance: ANOTHER_MACHINE,
            outside: Outside::NotAtThisScale,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/larger-batches",
        source: RESULTS,
        words: "batching rows into larger transactions did not help: ten merged packets in one",
        question: "why_45k",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: larger(&DOCUMENTS_TABLE),
            over: CaseKey::of(&DOCUMENTS_TABLE, &[MERGED]),
        },
        standard: NO_GAIN,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/larger-batches-under-load",
        source: RESULTS,
        words: "batching rows into larger transactions did not help: clients that do not wait, under load",
        question: "vote_load",
        measurement: Measurement::CeilingRatio {
            case: CaseKey::of(&UNDER_LOAD, &[("clients", Is::Key("unlimited"))]),
            over: CaseKey::of(&UNDER_LOAD, &[("clients", Is::Key("4"))]),
        },
        standard: NO_GAIN,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/index-costs",
        source: RESULTS,
        words: "part of the cost is index maintenance",
        question: "indexes",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::of(&ON_ONE_CONNECTION, &[UNINDEXED]),
            over: CaseKey::of(&ON_ONE_CONNECTION, &[INDEXED]),
        },
        standard: SHOWS,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/slower-without-index",
        source: RESULTS,
        words: "without indices it performs decently, but still slower than regular Soup",
        question: "vote",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[("path", Is::Key("soup-log"))]),
            over: CaseKey::only(&[("path", Is::Key("appended"))]),
        },
        standard: SHOWS,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/as-many-without-log",
        source: Source::of(Document::Thesis, "benchmarks/vote/out_durability_single_shard"),
        words: "Soup takes as many votes with its log as without any",
        question: "vote",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[("path", Is::Key("memory-only"))]),
            over: CaseKey::only(&[("path", Is::Key("soup-log"))]),
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

const RESULTS: Source = Source::of(Document::SecondVersion, "Results");

/// The document's table and settings.
const DOCUMENTS_TABLE: [At; 4] = [SQLITE, INDEXED, FULL, ("wal_autocheckpoint", Is::Key("1000"))];

const ON_ONE_CONNECTION: [At; 5] = [SQLITE, WAL, FULL, ON_DISK, CLOSED_LOOP];

/// Soup's table with automatic checkpoints; votes alone, for articles that are equally likely.
const UNDER_LOAD: [At; 3] =
    [("path", Is::Key("arm-a")), ("write_every", Is::Key("1")), ("keys", Is::Key("uniform"))];

const NO_GAIN: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::AtMost(1.0),
    tolerance: 1.1,
    outside: Outside::Fails,
};

const SHOWS: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::AtLeast(SMALLEST_EFFECT),
    tolerance: 1.0,
    outside: Outside::Fails,
};

/// Ten merged packets in one.
const fn larger(common: &'static [At]) -> CaseKey {
    CaseKey::of(common, &[("records_per_packet", Is::Key("4000"))])
}

const fn at_least(times: f64) -> Standard {
    Standard {
        unit: Unit::Times,
        claimed: Claimed::AtLeast(times),
        tolerance: SAME_RUN,
        outside: Outside::ShowsUntil(SMALLEST_EFFECT),
    }
}
