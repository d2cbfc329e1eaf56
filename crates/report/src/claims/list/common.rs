//! Places on axes, figures and standards that several claims have in common.

use crate::claims::case_key::{CaseKey, Is};
use crate::claims::measurement::{Measurement, Rate};
use crate::claims::standard::{ANOTHER_MACHINE, Outside, SAME_RUN, SMALLEST_EFFECT, Standard};
use crate::claims::unit::Unit;

/// A place on an axis.
pub(super) type At = (&'static str, Is);

pub(super) const SQLITE: At = ("engine", Is::Key("sqlite"));
pub(super) const ON_DISK: At = ("place", Is::Key("disk"));
pub(super) const CLOSED_LOOP: At = ("driver", Is::Key("closed"));
pub(super) const INDEXED: At = ("table", Is::Key("indexed"));
pub(super) const UNINDEXED: At = ("table", Is::Key("votes"));
pub(super) const WAL: At = ("journal_mode", Is::Key("wal"));
pub(super) const FULL: At = ("synchronous", Is::Key("full"));
/// The document's merged packet of about 400 rows.
pub(super) const MERGED: At = ("records_per_packet", Is::Key("400"));
pub(super) const SINGLE: At = ("records_per_packet", Is::Key("1"));

/// The case of a path of the question `vote`.
macro_rules! of_path {
    ($name:literal) => {
        CaseKey::only(&[("path", Is::Key($name))])
    };
}
pub(super) use of_path;

/// One case's rate over another's.
pub(super) const fn gain(rate: Rate, case: CaseKey, over: CaseKey) -> Measurement {
    Measurement::RateRatio { rate, case, over }
}

/// There is a difference.
pub(super) const SHOWS: Standard = Standard::at_least(Unit::Times, SMALLEST_EFFECT);

/// There is no gain: within a tenth.
pub(super) const NO_GAIN: Standard = Standard::at_most(Unit::Times, 1.0).within(1.1);

/// As large a ratio, or a smaller one that shows.
pub(super) const fn times_or_more(times: f64) -> Standard {
    Standard::at_least(Unit::Times, times)
        .within(SAME_RUN)
        .outside(Outside::ShowsUntil(SMALLEST_EFFECT))
}

/// About such a time, on another machine.
pub(super) const fn about(ns: f64) -> Standard {
    Standard::between(Unit::Nanoseconds, ns, ns)
        .within(ANOTHER_MACHINE)
        .outside(Outside::NotAtThisScale)
}
