//! The second version of the first document, and the figures of the thesis that came of it.

use super::common::{
    At, CLOSED_LOOP, FULL, INDEXED, MERGED, NO_GAIN, ON_DISK, SHOWS, SQLITE, UNINDEXED, WAL, gain,
    of_path, times_or_more,
};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source, claim};
use crate::claims::standard::{ANOTHER_MACHINE, Outside, SAME_RUN, Standard};
use crate::claims::unit::Unit;

pub(super) const CLAIMS: [ClaimSpec; 7] = [
    claim("soup/four-shards", RESULTS)
        .says(
            "on four shards, behind Soup's log, it is about 300 k where one shard takes 100 to \
             110 k",
        )
        .settled_by(
            "vote",
            gain(Rate::Acked, of_path!("arm-c-x4"), of_path!("arm-c")),
            times_or_more(300.0 / 110.0),
        )
        // Each shard has a thread.
        .needing(Needs::Processors(4)),
    claim("soup/ten-thousand-rows", RESULTS)
        .says(
            "10,000 rows take about 100 ms to insert and 5 ms to commit: on the indexed table \
             that it was about",
        )
        .settled_by(
            "why_45k",
            Measurement::TimeOf { records: 10_000, case: larger(&DOCUMENTS_TABLE) },
            Standard::between(Unit::Nanoseconds, 105e6, 105e6)
                .within(ANOTHER_MACHINE)
                .outside(Outside::NotAtThisScale),
        ),
    claim("soup/larger-batches", RESULTS)
        .says("batching rows into larger transactions did not help: ten merged packets in one")
        .settled_by(
            "why_45k",
            gain(Rate::Acked, larger(&DOCUMENTS_TABLE), CaseKey::of(&DOCUMENTS_TABLE, &[MERGED])),
            NO_GAIN,
        ),
    claim("soup/larger-batches-under-load", RESULTS)
        .says(
            "batching rows into larger transactions did not help: clients that do not wait, \
             under load",
        )
        .settled_by(
            "vote_load",
            Measurement::CeilingRatio {
                case: CaseKey::of(&UNDER_LOAD, &[("clients", Is::Key("unlimited"))]),
                over: CaseKey::of(&UNDER_LOAD, &[("clients", Is::Key("4"))]),
            },
            NO_GAIN,
        ),
    claim("soup/index-costs", RESULTS).says("part of the cost is index maintenance").settled_by(
        "indexes",
        gain(
            Rate::Acked,
            CaseKey::of(&ON_ONE_CONNECTION, &[UNINDEXED]),
            CaseKey::of(&ON_ONE_CONNECTION, &[INDEXED]),
        ),
        SHOWS,
    ),
    claim("soup/slower-without-index", RESULTS)
        .says("without indices it performs decently, but still slower than regular Soup")
        .settled_by("vote", gain(Rate::Acked, of_path!("soup-log"), of_path!("appended")), SHOWS),
    claim(
        "soup/as-many-without-log",
        Source::of(Document::Thesis, "benchmarks/vote/out_durability_single_shard"),
    )
    .says("Soup takes as many votes with its log as without any")
    .settled_by(
        "vote",
        gain(Rate::Acked, of_path!("memory-only"), of_path!("soup-log")),
        Standard::between(Unit::Times, 1.0, 1.0).within(SAME_RUN),
    ),
];

const RESULTS: Source = Source::of(Document::SecondVersion, "Results");

/// The document's table and settings.
const DOCUMENTS_TABLE: [At; 4] = [SQLITE, INDEXED, FULL, ("wal_autocheckpoint", Is::Key("1000"))];

const ON_ONE_CONNECTION: [At; 5] = [SQLITE, WAL, FULL, ON_DISK, CLOSED_LOOP];

/// Soup's table with automatic checkpoints; votes alone, for articles that are equally likely.
const UNDER_LOAD: [At; 3] =
    [("path", Is::Key("arm-a")), ("write_every", Is::Key("1")), ("keys", Is::Key("uniform"))];

/// Ten merged packets in one.
const fn larger(common: &'static [At]) -> CaseKey {
    CaseKey::of(common, &[("records_per_packet", Is::Key("4000"))])
}
