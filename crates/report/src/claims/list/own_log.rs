//! The bar that this suite sets its own log: SQLite is held against a log that nobody can call a straw man.

use super::common::{At, CLOSED_LOOP, MERGED, ON_DISK, SINGLE};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::Measurement;
use crate::claims::spec::{ClaimSpec, Document, Source, claim};
use crate::claims::standard::Standard;
use crate::claims::unit::Unit;

pub(super) const CLAIMS: [ClaimSpec; 3] = [
    claim("suite/log-beyond-the-floor-1", BAR)
        .says(
            "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a \
             vote: 1 vote",
        )
        .settled_by(
            NATIVE_LOG,
            Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[SINGLE, ENCODED])),
            Standard::at_most(Unit::Nanoseconds, 5_003.0),
        ),
    claim("suite/log-beyond-the-floor-400", BAR)
        .says(
            "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a \
             vote: 400 votes",
        )
        .settled_by(
            NATIVE_LOG,
            Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[MERGED, ENCODED])),
            Standard::at_most(Unit::Nanoseconds, 6_200.0),
        ),
    claim("suite/log-beyond-the-floor-400-ready", BAR)
        .says(
            "beyond one write and one sync of its bytes, the log takes at most 5 us and 3 ns a \
             vote: 400 votes in ready bytes",
        )
        .settled_by(
            NATIVE_LOG,
            Measurement::BeyondBaseline(CaseKey::of(&BESIDE_FLOOR, &[MERGED, READY])),
            Standard::at_most(Unit::Nanoseconds, 6_200.0),
        ),
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
