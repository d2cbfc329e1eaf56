//! The first document: SQLite in the place of Soup's log, and behind it.

use super::{At, CLOSED_LOOP, INDEXED, MERGED, ON_DISK, SQLITE, UNINDEXED, WAL};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{
    ANOTHER_MACHINE, Claimed, Outside, SAME_RUN, SMALLEST_EFFECT, Standard,
};
use crate::claims::unit::Unit;

/// The case of a path of the question `vote`.
macro_rules! path {
    ($name:literal) => {
        CaseKey::only(&[("path", Is::Key($name))])
    };
}

/// A build's merged packets on the document's indexed table, on the disk.
macro_rules! build {
    ($name:literal) => {
        CaseKey::of(&FLAGS_ON_DISK, &[("build", Is::Key($name))])
    };
}

pub(super) const CLAIMS: [ClaimSpec; 10] = [
    ClaimSpec {
        key: "soup/sqlite-in-the-place-of-the-log",
        source: INTRODUCTION,
        words: "SQLite takes 25 to 28 k votes per second where Soup's log takes 500 to 577 k",
        question: "vote",
        measurement: gain(path!("soup-log"), path!("arm-a")),
        standard: at_least(500.0 / 28.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/never-above-45k",
        source: INTRODUCTION,
        words: "no matter the optimizations, never higher than about 45 k votes per second on a single shard",
        question: "log_vs_sqlite",
        measurement: Measurement::HighestRate {
            among: CaseKey::only(&[SQLITE, CLOSED_LOOP, ON_DISK, MERGED, SYNCED]),
        },
        standard: Standard {
            unit: Unit::PerSecond,
            claimed: Claimed::AtMost(45e3),
            tolerance: ANOTHER_MACHINE,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/never-near-the-log",
        source: INTRODUCTION,
        words: "no matter the optimizations, 45 k votes per second on Soup's table where its log takes half a million",
        question: "vote",
        measurement: Measurement::OverHighest {
            case: path!("soup-log"),
            among: CaseKey::only(&[("path", Is::OneOf(&["arm-a", "arm-b-10k", "arm-b-100k"]))]),
        },
        standard: at_least(500.0 / 45.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/half-a-million",
        source: INTRODUCTION,
        words: "a pure write benchmark with Soup's log easily handles half a million votes per second",
        question: "vote",
        measurement: Measurement::Rate(path!("soup-log")),
        standard: Standard {
            unit: Unit::PerSecond,
            claimed: Claimed::AtLeast(500e3),
            tolerance: 1.0,
            outside: Outside::NotAtThisScale,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/behind-the-log",
        source: WITHOUT_SYNCS,
        words: "behind Soup's log, without syncs of its own, SQLite takes 100 to 110 k for 25 to 28 k",
        question: "vote",
        measurement: gain(path!("arm-c"), path!("arm-a")),
        standard: at_least(100.0 / 28.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/still-slow-behind-the-log",
        source: WITHOUT_SYNCS,
        words: "the results without syncs are better, but it is still really slow beside Soup's log",
        question: "vote",
        measurement: gain(path!("soup-log"), path!("arm-c")),
        standard: at_least(500.0 / 110.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/single-thread-mode",
        source: TODO,
        words: "tried compiling SQLite with single thread mode: no real impact",
        question: "compile_flags",
        measurement: gain(build!("single-thread"), build!("bundled")),
        standard: NO_REAL_IMPACT,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/fewer-features",
        source: TODO,
        words: "tried removing some extra features: no real impact",
        question: "compile_flags",
        measurement: gain(build!("lean"), build!("bundled")),
        standard: NO_REAL_IMPACT,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/bigger-page-size",
        source: TODO,
        words: "tried a bigger page size, and was never above 45 k: rows with random keys",
        question: "page_size",
        measurement: Measurement::HighestOver {
            among: CaseKey::of(&KEYED, &[("page_size", Is::OneOf(BIGGER_PAGES))]),
            case: CaseKey::of(&KEYED, &[("page_size", Is::Key("4096"))]),
        },
        standard: NO_GAIN,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "soup/bigger-page-size-appended",
        source: TODO,
        words: "tried a bigger page size, and was never above 45 k: rows that are appended",
        question: "page_size",
        measurement: Measurement::HighestOver {
            among: CaseKey::of(&APPENDED, &[("page_size", Is::OneOf(BIGGER_PAGES))]),
            case: CaseKey::of(&APPENDED, &[("page_size", Is::Key("4096"))]),
        },
        standard: NO_GAIN,
        needs: Needs::Nothing,
    },
];

const INTRODUCTION: Source =
    Source::of(Document::WritePerformance, "Replacing Soup's log with SQLite's write-ahead log");
const WITHOUT_SYNCS: Source = Source::of(Document::WritePerformance, "Without fsyncing to SQLite");
const TODO: Source = Source::of(Document::WritePerformance, "TODO");

/// Every commit waits for a sync, in whichever journal mode.
const SYNCED: At = ("synchronous", Is::OneOf(&["full", "extra"]));

const BIGGER_PAGES: &[&str] = &["8192", "16384", "32768", "65536"];

const FLAGS_ON_DISK: [At; 4] = [SQLITE, ON_DISK, INDEXED, ("task", Is::Key("write"))];

/// Rows with random keys, the nearest to the document's index where pages are swept.
const KEYED: [At; 4] = [SQLITE, WAL, ("table", Is::Key("keyed")), ("workload", Is::Key("votes"))];
const APPENDED: [At; 4] = [SQLITE, WAL, UNINDEXED, ("workload", Is::Key("votes"))];

/// "No real impact": within a tenth.
const NO_REAL_IMPACT: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::Between(1.0, 1.0),
    tolerance: 1.1,
    outside: Outside::Fails,
};

const NO_GAIN: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::AtMost(1.0),
    tolerance: 1.1,
    outside: Outside::Fails,
};

const fn at_least(times: f64) -> Standard {
    Standard {
        unit: Unit::Times,
        claimed: Claimed::AtLeast(times),
        tolerance: SAME_RUN,
        outside: Outside::ShowsUntil(SMALLEST_EFFECT),
    }
}

const fn gain(case: CaseKey, over: CaseKey) -> Measurement {
    Measurement::RateRatio { rate: Rate::Acked, case, over }
}
