//! The bar that this suite sets its own log: SQLite is held against one that nobody can call a straw man.

use super::{At, CLOSED_LOOP, ON_DISK};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::Measurement;
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{Claimed, Outside, Standard};
use crate::claims::unit::Unit;

/// At most so long beyond one write and one sync of the same bytes: 5 us, and 3 ns for each record.
macro_rules! bar {
    ($key:literal, $records:literal, $words:literal) => {
        ClaimSpec {
            key: $key,
            source: BAR,
            words: $words,
            question: "native_log",
            measurement: Measurement::BeyondFloor(CaseKey::of(
                &LOG,
                &[("records_per_packet", Is::Key(stringify!($records)))],
            )),
            standard: Standard {
                unit: Unit::Nanoseconds,
                claimed: Claimed::AtMost(5e3 + 3.0 * ($records as f64)),
                tolerance: 1.0,
                outside: Outside::Fails,
            },
            needs: Needs::Nothing,
        }
    };
}

pub(super) const CLAIMS: [ClaimSpec; 4] = [
    bar!(
        "suite/log-beyond-the-floor-1",
        1,
        "a commit of 1 vote takes the log little more than a write and a sync"
    ),
    bar!(
        "suite/log-beyond-the-floor-16",
        16,
        "a commit of 16 votes takes the log little more than a write and a sync"
    ),
    bar!(
        "suite/log-beyond-the-floor-400",
        400,
        "a commit of 400 votes takes the log little more than a write and a sync"
    ),
    bar!(
        "suite/log-beyond-the-floor-4096",
        4096,
        "a commit of 4,096 votes takes the log little more than a write and a sync"
    ),
];

const BAR: Source = Source::of(Document::Suite, "native_log");

/// Recycled space and fdatasync, with the votes' encoding in the time.
const LOG: [At; 7] = [
    ("engine", Is::Key("native-log")),
    ("workload", Is::Key("votes")),
    ("space", Is::Key("recycled")),
    ("sync_method", Is::Key("fdatasync")),
    ("packets", Is::Key("encoded")),
    CLOSED_LOOP,
    ON_DISK,
];
