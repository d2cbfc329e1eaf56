//! The bar that this suite sets its own log: SQLite is held against a log that nobody can call a straw man.

use super::{At, CLOSED_LOOP, MERGED, ON_DISK, SINGLE};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::Measurement;
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{Claimed, Outside, Standard};
use crate::claims::unit::Unit;

pub(super) const CLAIMS: [ClaimSpec; 3] = [
    ClaimSpec {
        key: "suite/log-beyond-the-floor-1",
        source: BAR,
        words: "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a vote: 1 vote",
        question: NATIVE_LOG,
        measurement: Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[SINGLE, ENCODED])),
        standard: at_most(5_003.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "suite/log-beyond-the-floor-400",
        source: BAR,
        words: "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a vote: 400 votes",
        question: NATIVE_LOG,
        measurement: Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[MERGED, ENCODED])),
        standard: at_most(6_200.0),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "suite/log-beyond-the-floor-400-ready",
        source: BAR,
        words: "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a vote: 400 votes in \
                ready bytes",
        question: NATIVE_LOG,
        measurement: Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[MERGED, READY])),
        standard: at_most(6_200.0),
        needs: Needs::Nothing,
    },
];

const NATIVE_LOG: &str = "native_log";

const BAR: Source = Source::of(Document::ThisSuite, "native_log");

/// The log with its usual options, one packet at a time.
const BESIDE_FLOOR: [At; 7] = [
    ("engine", Is::Key("native-log")),
    ("space", Is::Key("recycled")),
    ("sync_method", Is::Key("fdatasync")),
    ("flusher", Is::Key("waiters")),
    ("workload", Is::Key("votes")),
    CLOSED_LOOP,
    ON_DISK,
];
const ENCODED: At = ("packets", Is::Key("encoded"));
const READY: At = ("packets", Is::Key("ready"));

const fn at_most(ns: f64) -> Standard {
    Standard {
        unit: Unit::Nanoseconds,
        claimed: Claimed::AtMost(ns),
        tolerance: 1.0,
        outside: Outside::Fails,
    }
}
