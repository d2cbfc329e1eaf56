//! The second document: a log driver that inserts, and deletes what is acked.

use super::{At, FULL, ON_DISK, SINGLE, SQLITE, UNINDEXED};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Needs, Source};
use crate::claims::standard::{
    ANOTHER_MACHINE, Claimed, Outside, SAME_RUN, SMALLEST_EFFECT, Standard,
};
use crate::claims::unit::Unit;

/// Records of one at a time in a journal mode, each with its sync.
macro_rules! one_by_one {
    ($mode:literal) => {
        CaseKey::of(&ONE_BY_ONE, &[("journal_mode", Is::Key($mode))])
    };
}

pub(super) const CLAIMS: [ClaimSpec; 9] = [
    ClaimSpec {
        key: "log-driver/rollback-over-wal",
        source: TABLE,
        words: "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: votes, one in a commit",
        question: PRICE,
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: one_by_one!("wal"),
            over: one_by_one!("delete"),
        },
        standard: RATIO,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/rollback-42.9-s",
        source: TABLE,
        words: "10,000 inserts take 42.9 s with the rollback journal: votes, one in a commit",
        question: PRICE,
        measurement: Measurement::TimeOf { records: 10_000, case: one_by_one!("delete") },
        standard: time(42.899e9),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/wal-12.0-s",
        source: TABLE,
        words: "10,000 inserts take 12.0 s with the WAL: votes, one in a commit",
        question: PRICE,
        measurement: Measurement::TimeOf { records: 10_000, case: one_by_one!("wal") },
        standard: time(12.026e9),
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/rollback-over-wal-with-deletes",
        source: TABLE,
        words: "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: events, each deleted \
                after its ack",
        question: VACUUM,
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::of(&NEVER_VACUUMED, &[SINGLE, ("journal_mode", Is::Key("wal"))]),
            over: CaseKey::of(&NEVER_VACUUMED, &[SINGLE, ("journal_mode", Is::Key("delete"))]),
        },
        standard: RATIO,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/rollback-over-wal-queued",
        source: TABLE,
        words: "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: the driver's own queue",
        question: "log_driver",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::only(&[SQLITE, FULL, SINGLE, ("journal_mode", Is::Key("wal"))]),
            over: CaseKey::only(&[SQLITE, FULL, SINGLE, ("journal_mode", Is::Key("delete"))]),
        },
        standard: RATIO,
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/high-water-mark",
        source: Source::of(Document::LogDriver, "Notes"),
        words: "auto_vacuum is off by default, so the database file stays at its high-water mark",
        question: VACUUM,
        measurement: Measurement::FileKept(NEVER_VACUUMED_WAL),
        standard: Standard {
            unit: Unit::Share,
            claimed: Claimed::AtLeast(1.0),
            tolerance: 1.05,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/pages-are-re-used",
        source: Source::of(Document::LogDriver, "Summary of Findings"),
        words: "freed pages are re-used",
        question: VACUUM,
        measurement: Measurement::PagesReused(NEVER_VACUUMED_WAL),
        standard: Standard {
            unit: Unit::Share,
            claimed: Claimed::AtLeast(1.0),
            tolerance: 1.05,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/vacuum-shrinks",
        source: Source::of(Document::LogDriver, "Next"),
        words: "auto_vacuum could be turned on, so that the file does not stay at its high-water mark",
        question: VACUUM,
        measurement: Measurement::FileKept(CaseKey::of(
            &DELETED_AGAIN,
            &[SIXTEEN, ("journal_mode", Is::Key("wal")), ("auto_vacuum", Is::Key("full"))],
        )),
        standard: Standard {
            unit: Unit::Share,
            claimed: Claimed::AtMost(0.5),
            tolerance: 1.0,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
    ClaimSpec {
        key: "log-driver/indexes-off",
        source: Source::of(Document::LogDriver, "Next"),
        words: "indexes could be turned off, as inserts slow down because of them",
        question: "indexes",
        measurement: Measurement::RateRatio {
            rate: Rate::Acked,
            case: CaseKey::of(&SHAPES, &[UNINDEXED]),
            over: CaseKey::of(&SHAPES, &[("table", Is::Key("unique"))]),
        },
        standard: Standard {
            unit: Unit::Times,
            claimed: Claimed::AtLeast(SMALLEST_EFFECT),
            tolerance: 1.0,
            outside: Outside::Fails,
        },
        needs: Needs::Nothing,
    },
];

const PRICE: &str = "durability_price";
const VACUUM: &str = "auto_vacuum";

const TABLE: Source = Source::of(Document::LogDriver, "Notes, table of inserts");

const SIXTEEN: At = ("records_per_packet", Is::Key("16"));

const ONE_BY_ONE: [At; 4] = [SQLITE, FULL, SINGLE, ("locking_mode", Is::Key("normal"))];

/// Events that are deleted again, as the log driver deleted what was acked.
const DELETED_AGAIN: [At; 2] = [SQLITE, ("deferred_work", Is::Key("none"))];

const NEVER_VACUUMED: [At; 3] =
    [SQLITE, ("deferred_work", Is::Key("none")), ("auto_vacuum", Is::Key("none"))];

const NEVER_VACUUMED_WAL: CaseKey =
    CaseKey::of(&NEVER_VACUUMED, &[SIXTEEN, ("journal_mode", Is::Key("wal"))]);

const SHAPES: [At; 3] = [SQLITE, FULL, ON_DISK];

/// 42.899 s over 12.026 s.
const RATIO: Standard = Standard {
    unit: Unit::Times,
    claimed: Claimed::Between(42.899 / 12.026, 42.899 / 12.026),
    tolerance: SAME_RUN,
    outside: Outside::ShowsUntil(SMALLEST_EFFECT),
};

const fn time(ns: f64) -> Standard {
    Standard {
        unit: Unit::Nanoseconds,
        claimed: Claimed::Between(ns, ns),
        tolerance: ANOTHER_MACHINE,
        outside: Outside::NotAtThisScale,
    }
}
