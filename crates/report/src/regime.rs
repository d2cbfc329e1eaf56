//! The disk's regimes: in which one a case was measured, and which cases may stand beside each other.
//!
//! A disk may take 0.1 ms for a sync in one minute and 4 ms in the next. A case's time over the floor beside it
//! depends on that, because it has processor time too: (processor + floor) / floor. So two cases whose acks sync
//! are compared only where the floors beside them were alike.

use measure::pairs::REFERENCE_FACTOR_MAX;
use measure::record::{PairsRecord, RunRecord};
use measure::spread::Spread;

/// Payloads that differ by less than this are the same: random records make the packets of two cases differ
/// by a little.
const SAME_PAYLOAD: f64 = 0.02;

/// The payload of the session's first look at the disk. Less than that is written as one page of it.
const FIRST_LOOK_PAYLOAD_BYTES: f64 = 4_096.0;

/// The floor beside the pieces of a case that are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloorBeside {
    /// The size of each write in bytes.
    pub payload_bytes: u64,
    /// The median in ns.
    pub median_ns: f64,
}

/// The regime in which a session began, and the floors that belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRegime {
    floors: Vec<FloorBeside>,
}

impl FloorBeside {
    /// The floor beside a case's kept pieces; where none was kept, of all that were measured beside it.
    #[must_use]
    pub fn of(record: &RunRecord) -> Option<Self> {
        let floor = record.floor.as_ref()?;
        let kept = record.pairs.as_ref().filter(|pairs| pairs.reference == "floor");
        let kept = kept.and_then(kept_references).map(|references| references.median);
        let median_ns = kept.or_else(|| floor.summary.p50_ns.map(|ns| ns as f64))?;
        Some(Self { payload_bytes: floor.payload_bytes, median_ns })
    }

    /// Whether two floors can be of one regime.
    ///
    /// At equal payloads they lie within [`REFERENCE_FACTOR_MAX`] of each other. At different ones the larger
    /// payload takes at least as long as the smaller, and at most as long as writing it in parts of the smaller
    /// one's size: only beyond that are the regimes known to differ.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        let (small, large) =
            if self.pages() <= other.pages() { (self, other) } else { (other, self) };
        let parts = if small.is_of_same_payload(large) {
            1.0
        } else {
            (large.pages() / small.pages()).ceil()
        };
        small.median_ns <= REFERENCE_FACTOR_MAX * large.median_ns
            && large.median_ns <= REFERENCE_FACTOR_MAX * parts * small.median_ns
    }

    fn is_of_same_payload(&self, other: &Self) -> bool {
        is_near(self.pages(), other.pages())
    }

    /// The payload in pages, of which there is at least one.
    fn pages(&self) -> f64 {
        (self.payload_bytes as f64 / FIRST_LOOK_PAYLOAD_BYTES).max(1.0)
    }

    fn distance_from(&self, other: &Self) -> f64 {
        (self.median_ns / other.median_ns).ln().abs()
    }
}

impl SessionRegime {
    /// The regime of a session whose first look at the disk took so long, among these cases on the same disk.
    ///
    /// From small payloads to large ones, of the floors that can be of the session's regime the one nearest to the
    /// first look stands for its payload.
    #[must_use]
    pub fn of(quiet_floor_ns: u64, records: &[&RunRecord]) -> Self {
        let payload_bytes = FIRST_LOOK_PAYLOAD_BYTES as u64;
        let first_look = FloorBeside { payload_bytes, median_ns: quiet_floor_ns as f64 };
        let mut beside: Vec<FloorBeside> =
            records.iter().filter_map(|record| FloorBeside::of(record)).collect();
        beside.sort_by_key(|floor| floor.payload_bytes);
        let mut regime = Self { floors: vec![first_look] };
        for payload in beside.chunk_by(FloorBeside::is_of_same_payload) {
            let possible = payload.iter().filter(|floor| !regime.is_left_by(floor));
            let nearest = possible.min_by(|a, b| {
                a.distance_from(&first_look).total_cmp(&b.distance_from(&first_look))
            });
            regime.floors.extend(nearest.copied());
        }
        regime
    }

    /// Whether a floor was certainly measured in another regime.
    #[must_use]
    pub fn is_left_by(&self, floor: &FloorBeside) -> bool {
        self.floors.iter().any(|own| !own.is_alike(floor))
    }
}

/// Whether two sizes are the same but for the randomness of records.
pub(crate) fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_PAYLOAD * a.max(b)
}

/// The references of the kept pieces. Older records do not store them: there they follow from how much longer a
/// piece took, as a difference and as a ratio.
fn kept_references(pairs: &PairsRecord) -> Option<Spread> {
    if let Some(references) = &pairs.reference_ns {
        return Some(references.clone());
    }
    let overheads = &pairs.overhead_ns.as_ref()?.samples;
    let references = overheads.iter().zip(&pairs.ratios).map(|(ns, ratio)| ns / (ratio - 1.0));
    // A piece that took as long as its floor does not tell how long that was.
    Spread::of(references.filter(|ns| ns.is_finite() && *ns > 0.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(payload_bytes: u64, median_ns: f64) -> FloorBeside {
        FloorBeside { payload_bytes, median_ns }
    }

    #[test]
    fn floors_of_one_payload_are_alike_within_a_factor_of_two() {
        let quick = floor(98_304, 188e3);
        assert!(quick.is_alike(&floor(98_310, 150e3)) && quick.is_alike(&floor(98_304, 370e3)));
        let slow = floor(98_304, 3.9e6);
        assert!(!quick.is_alike(&slow) && !slow.is_alike(&quick));
        assert!(floor(24, 90e3).is_alike(&floor(384, 95e3)));
        assert!(!floor(24, 90e3).is_alike(&floor(384, 195e3)), "both are one page");
    }

    #[test]
    fn floors_of_different_payloads_differ_only_beyond_what_a_payload_explains() {
        let small = floor(4_096, 90e3);
        assert!(small.is_alike(&floor(98_304, 188e3)) && small.is_alike(&floor(98_304, 2e6)));
        assert!(!small.is_alike(&floor(98_304, 24.0 * 2.0 * 91e3)));
        assert!(!floor(4_096, 4e6).is_alike(&floor(98_304, 188e3)), "more never takes less");
        assert!(!floor(98_304, 188e3).is_alike(&floor(4_096, 4e6)));
    }

    #[test]
    fn references_that_were_not_stored_follow_from_differences_and_ratios() {
        let spread = |samples: &[f64]| Spread::of(samples.to_vec());
        let older = PairsRecord {
            reference: "floor".into(),
            kept: 3,
            of: 3,
            ratios: vec![1.5, 1.0, 0.5],
            reference_ns: None,
            ratio: None,
            overhead_ns: spread(&[50.0, 0.0, -60.0]),
            median_overhead_ns: None,
        };
        assert_eq!(kept_references(&older).unwrap().samples, [100.0, 120.0]);
        let newer = PairsRecord { reference_ns: spread(&[7.0]), ..older };
        assert_eq!(kept_references(&newer).unwrap().samples, [7.0]);
    }
}
