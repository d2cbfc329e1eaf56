//! The first document's claims about a store that grows.

use measure::record::{GrowthPoint, RunRecord};

use super::checkpoint_strategy::{GROWN, LARGE_BYTES, SOURCE};
use super::{Judgement, TestedClaim, Verdict};
use crate::ends::{self, Ends};
use crate::findings::Inquiry;
use crate::quantity;

/// The claims in the order of the document.
pub(super) const CLAIMS: [TestedClaim; 2] = [
    TestedClaim {
        claim: "checkpoints take a couple of milliseconds at first, and hundreds as the database grows",
        source: SOURCE,
        takes: "checkpoints at both ends of the run",
        judge: checkpoints,
    },
    TestedClaim {
        claim: "400 votes are persisted in less than 1 ms at first, and later in up to 10 ms",
        source: SOURCE,
        takes: "packets of 400 votes at both ends of the run",
        judge: packets,
    },
];

/// The document's packet.
const RECORDS_CLAIMED: u64 = 400;

/// What the document saw in a small store at most, and in a large one at least, in ns.
struct Claimed {
    first_max: f64,
    last_min: f64,
}

/// "A couple", read with good will.
const CHECKPOINT: Claimed = Claimed { first_max: 10e6, last_min: 100e6 };
const PACKET: Claimed = Claimed { first_max: 1e6, last_min: 10e6 };

fn checkpoints(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let record = inquiry.cases().next()?;
    judgement(record, "a checkpoint", ends::checkpoint_ns, &CHECKPOINT)
}

fn packets(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let mut cases = inquiry.cases();
    let record = cases.find(|record| record.case.records_per_packet == RECORDS_CLAIMED)?;
    let persisted = |step: &GrowthPoint| Some(step.insert_ns_p50? + step.commit_ns_p50?);
    judgement(record, "inserting and committing a packet", persisted, &PACKET)
}

/// The first step that has a time, against the last tenth of the run.
fn judgement(
    record: &RunRecord,
    what: &str,
    time_ns: impl Fn(&GrowthPoint) -> Option<u64>,
    claimed: &Claimed,
) -> Option<Judgement> {
    let ends = Ends::of(record)?;
    let [_, last_ns] = ends.medians_ns(&time_ns)?;
    let [_, large] = ends.database_bytes()?;
    let mut timed =
        ends.first.iter().filter_map(|step| Some((step.database_bytes, time_ns(step)?)));
    let (small, first_ns) = timed.next()?;
    let (first_ns, last_ns) = (first_ns as f64, last_ns as f64);
    let verdict = if first_ns <= claimed.first_max && last_ns >= claimed.last_min {
        Verdict::Holds
    } else if last_ns >= GROWN * first_ns || large < LARGE_BYTES {
        Verdict::NotAtThisScale
    } else {
        Verdict::DoesNotHold
    };
    let shown = format!(
        "{what} took {} at first, at {}, and {} in the last tenth of the run, up to {}: medians",
        quantity::duration_ns(first_ns),
        quantity::bytes(small),
        quantity::duration_ns(last_ns),
        quantity::bytes(large)
    );
    Some(Judgement::of(shown, verdict, &[record]))
}
