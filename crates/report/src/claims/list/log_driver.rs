//! The second document: a log driver that inserts, and deletes what is acked.

use super::common::{At, FULL, ON_DISK, SHOWS, SINGLE, SQLITE, UNINDEXED, about, gain};
use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::spec::{ClaimSpec, Document, Source, claim};
use crate::claims::standard::{Outside, SAME_RUN, SMALLEST_EFFECT, Standard};
use crate::claims::unit::Unit;

/// Records of one at a time in a journal mode, each with its sync.
macro_rules! one_by_one {
    ($mode:literal) => {
        CaseKey::of(&ONE_BY_ONE, &[("journal_mode", Is::Key($mode))])
    };
}

pub(super) const CLAIMS: [ClaimSpec; 9] = [
    claim("log-driver/rollback-over-wal", TABLE)
        .says(
            "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: \
             votes, one in a commit",
        )
        .settled_by(PRICE, gain(Rate::Acked, one_by_one!("wal"), one_by_one!("delete")), RATIO),
    claim("log-driver/rollback-42.9-s", TABLE)
        .says("10,000 inserts take 42.9 s with the rollback journal: votes, one in a commit")
        .settled_by(
            PRICE,
            Measurement::TimeOf { records: 10_000, case: one_by_one!("delete") },
            about(42.899e9),
        ),
    claim("log-driver/wal-12.0-s", TABLE)
        .says("10,000 inserts take 12.0 s with the WAL: votes, one in a commit")
        .settled_by(
            PRICE,
            Measurement::TimeOf { records: 10_000, case: one_by_one!("wal") },
            about(12.026e9),
        ),
    claim("log-driver/rollback-over-wal-with-deletes", TABLE)
        .says(
            "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: \
             events, each deleted after its ack",
        )
        .settled_by(
            VACUUM,
            gain(
                Rate::Acked,
                CaseKey::of(&NEVER_VACUUMED, &[SINGLE, ("journal_mode", Is::Key("wal"))]),
                CaseKey::of(&NEVER_VACUUMED, &[SINGLE, ("journal_mode", Is::Key("delete"))]),
            ),
            RATIO,
        ),
    claim("log-driver/rollback-over-wal-queued", TABLE)
        .says(
            "10,000 inserts take 42.9 s with the rollback journal and 12.0 s with the WAL: the \
             driver's own queue",
        )
        .settled_by(
            "log_driver",
            gain(
                Rate::Acked,
                CaseKey::only(&[SQLITE, FULL, SINGLE, ("journal_mode", Is::Key("wal"))]),
                CaseKey::only(&[SQLITE, FULL, SINGLE, ("journal_mode", Is::Key("delete"))]),
            ),
            RATIO,
        ),
    claim("log-driver/high-water-mark", Source::of(Document::LogDriver, "Notes"))
        .says("auto_vacuum is off by default, so the database file stays at its high-water mark")
        .settled_by(
            VACUUM,
            Measurement::FileKept(NEVER_VACUUMED_WAL),
            Standard::at_least(Unit::Share, 1.0).within(1.05),
        ),
    claim("log-driver/pages-are-re-used", Source::of(Document::LogDriver, "Summary of Findings"))
        .says("freed pages are re-used")
        .settled_by(
            VACUUM,
            Measurement::PagesReused(NEVER_VACUUMED_WAL),
            Standard::at_least(Unit::Share, 1.0).within(1.05),
        ),
    claim("log-driver/vacuum-shrinks", Source::of(Document::LogDriver, "Next"))
        .says(
            "auto_vacuum could be turned on, so that the file does not stay at its high-water \
             mark",
        )
        .settled_by(
            VACUUM,
            Measurement::FileKept(CaseKey::of(
                &DELETED_AGAIN,
                &[SIXTEEN, ("journal_mode", Is::Key("wal")), ("auto_vacuum", Is::Key("full"))],
            )),
            Standard::at_most(Unit::Share, 0.5),
        ),
    claim("log-driver/indexes-off", Source::of(Document::LogDriver, "Next"))
        .says("indexes could be turned off, as inserts slow down because of them")
        .settled_by(
            "indexes",
            gain(
                Rate::Acked,
                CaseKey::of(&SHAPES, &[UNINDEXED]),
                CaseKey::of(&SHAPES, &[("table", Is::Key("unique"))]),
            ),
            SHOWS,
        ),
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
const RATIO: Standard = Standard::between(Unit::Times, 42.899 / 12.026, 42.899 / 12.026)
    .within(SAME_RUN)
    .outside(Outside::ShowsUntil(SMALLEST_EFFECT));
