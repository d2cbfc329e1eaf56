//! The bar that this suite sets its own log.

use measure::record::RunRecord;

use super::{Judgement, TestedClaim, Verdict};
use crate::findings::Inquiry;
use crate::findings::extra::figure;
use crate::quantity;

/// One claim: SQLite is held against a log that nobody can call a straw man.
pub(super) const CLAIMS: [TestedClaim; 1] = [TestedClaim {
    claim: "beyond one write and one sync of its bytes, a commit of the log takes at most 5 us and 3 ns a record",
    source: "this suite, of its own log",
    takes: "the log in turns with the floor, in four blocks or more",
    judge,
}];

/// What a commit may take beyond the floor: so much, and so much again for each record of its packet.
const TARGET_NS: f64 = 5_000.0;
const TARGET_NS_PER_RECORD: f64 = 3.0;

/// What a case in turns takes beyond its baseline, with its interval of 95 %, in ns: figures of its record.
const BEYOND: &str = "beyond_baseline_ns";
const BEYOND_LOW: &str = "beyond_baseline_ns_low";
const BEYOND_HIGH: &str = "beyond_baseline_ns_high";

/// A log beside the floor.
struct Beyond<'evidence> {
    record: &'evidence RunRecord,
    mean_ns: f64,
    low_ns: f64,
    high_ns: f64,
}

fn judge(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let beyond: Vec<Beyond<'_>> = inquiry.cases().filter_map(Beyond::of).collect();
    let verdict = if beyond.is_empty() {
        return None;
    } else if beyond.iter().any(Beyond::is_above) {
        Verdict::DoesNotHold
    } else if !beyond.iter().all(Beyond::is_below) {
        // An interval with the bar in it.
        Verdict::NotAtThisScale
    } else {
        Verdict::Holds
    };
    let shown: Vec<String> = beyond.iter().map(Beyond::shown).collect();
    let cases: Vec<&RunRecord> = beyond.iter().map(|beyond| beyond.record).collect();
    Some(Judgement::of(shown.join(", "), verdict, &cases))
}

impl<'evidence> Beyond<'evidence> {
    fn of(record: &'evidence RunRecord) -> Option<Self> {
        let [mean_ns, low_ns, high_ns] =
            [BEYOND, BEYOND_LOW, BEYOND_HIGH].map(|name| figure(record, name));
        Some(Self { record, mean_ns: mean_ns?, low_ns: low_ns?, high_ns: high_ns? })
    }

    fn target_ns(&self) -> f64 {
        TARGET_NS + TARGET_NS_PER_RECORD * self.record.case.records_per_packet as f64
    }

    /// The whole interval lies beyond the bar.
    fn is_above(&self) -> bool {
        self.low_ns > self.target_ns()
    }

    /// The whole interval lies within it.
    fn is_below(&self) -> bool {
        self.high_ns <= self.target_ns()
    }

    fn shown(&self) -> String {
        format!(
            "{} us ({} to {}) of at most {} with {}",
            microseconds(self.mean_ns),
            microseconds(self.low_ns),
            microseconds(self.high_ns),
            quantity::duration_ns(self.target_ns()),
            self.record.case.id
        )
    }
}

fn microseconds(ns: f64) -> String {
    format!("{:.1}", ns / 1e3)
}
