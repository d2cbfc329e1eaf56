//! The first document: SQLite in the place of Soup's log, and behind it.

use super::common::{
    At, CLOSED_LOOP, INDEXED, MERGED, NO_GAIN, ON_DISK, SQLITE, UNINDEXED, WAL, gain, of_path,
    times_or_more,
};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Source, claim};
use crate::claims::standard::{ANOTHER_MACHINE, Outside, Standard};
use crate::claims::unit::Unit;

/// A build's merged packets on the document's indexed table, on the disk.
macro_rules! build {
    ($name:literal) => {
        CaseKey::of(&FLAGS_ON_DISK, &[("build", Is::Key($name))])
    };
}

pub(super) const CLAIMS: [ClaimSpec; 10] = [
    claim("soup/sqlite-in-the-place-of-the-log", INTRODUCTION)
        .says("SQLite takes 25 to 28 k votes per second where Soup's log takes 500 to 577 k")
        .settled_by(
            "vote",
            gain(Rate::Acked, of_path!("soup-log"), of_path!("arm-a")),
            times_or_more(500.0 / 28.0),
        ),
    claim("soup/never-above-45k", INTRODUCTION)
        .says(
            "no matter the optimizations, never higher than about 45 k votes per second on a \
             single shard",
        )
        .settled_by(
            "log_vs_sqlite",
            Measurement::HighestRate {
                among: CaseKey::only(&[SQLITE, CLOSED_LOOP, ON_DISK, MERGED, SYNCED]),
            },
            Standard::at_most(Unit::PerSecond, 45e3).within(ANOTHER_MACHINE),
        ),
    claim("soup/never-near-the-log", INTRODUCTION)
        .says(
            "no matter the optimizations, 45 k votes per second on Soup's table where its log \
             takes half a million",
        )
        .settled_by(
            "vote",
            Measurement::OverHighest {
                case: of_path!("soup-log"),
                among: CaseKey::only(&[("path", Is::OneOf(&["arm-a", "arm-b-10k", "arm-b-100k"]))]),
            },
            times_or_more(500.0 / 45.0),
        ),
    claim("soup/half-a-million", INTRODUCTION)
        .says(
            "a pure write benchmark with Soup's log easily handles half a million votes per \
             second",
        )
        .settled_by(
            "vote",
            Measurement::Rate(of_path!("soup-log")),
            Standard::at_least(Unit::PerSecond, 500e3).outside(Outside::NotAtThisScale),
        ),
    claim("soup/behind-the-log", WITHOUT_SYNCS)
        .says(
            "behind Soup's log, without syncs of its own, SQLite takes 100 to 110 k for 25 to \
             28 k",
        )
        .settled_by(
            "vote",
            gain(Rate::Acked, of_path!("arm-c"), of_path!("arm-a")),
            times_or_more(100.0 / 28.0),
        ),
    claim("soup/still-slow-behind-the-log", WITHOUT_SYNCS)
        .says(
            "the results without syncs are better, but it is still really slow beside Soup's \
             log",
        )
        .settled_by(
            "vote",
            gain(Rate::Acked, of_path!("soup-log"), of_path!("arm-c")),
            times_or_more(500.0 / 110.0),
        ),
    claim("soup/single-thread-mode", TODO)
        .says("tried compiling SQLite with single thread mode: no real impact")
        .settled_by(
            "compile_flags",
            gain(Rate::Acked, build!("single-thread"), build!("bundled")),
            NO_REAL_IMPACT,
        ),
    claim("soup/fewer-features", TODO)
        .says("tried removing some extra features: no real impact")
        .settled_by(
            "compile_flags",
            gain(Rate::Acked, build!("lean"), build!("bundled")),
            NO_REAL_IMPACT,
        ),
    claim("soup/bigger-page-size", TODO)
        .says("tried a bigger page size, and was never above 45 k: rows with random keys")
        .settled_by(
            "page_size",
            Measurement::HighestOver {
                among: CaseKey::of(&KEYED, &[("page_size", Is::OneOf(BIGGER_PAGES))]),
                case: CaseKey::of(&KEYED, &[("page_size", Is::Key("4096"))]),
            },
            NO_GAIN,
        ),
    claim("soup/bigger-page-size-appended", TODO)
        .says("tried a bigger page size, and was never above 45 k: rows that are appended")
        .settled_by(
            "page_size",
            Measurement::HighestOver {
                among: CaseKey::of(&APPENDED, &[("page_size", Is::OneOf(BIGGER_PAGES))]),
                case: CaseKey::of(&APPENDED, &[("page_size", Is::Key("4096"))]),
            },
            NO_GAIN,
        ),
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
const NO_REAL_IMPACT: Standard = Standard::between(Unit::Times, 1.0, 1.0).within(1.1);
