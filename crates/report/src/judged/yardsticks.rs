//! The yardsticks at which two runs are told alike.

use std::collections::BTreeMap;

use measure::record::CostRecord;
use measure::stats::Nominal;

use crate::evidence::Evidence;

/// Nominal yardsticks that two runs share: a CPU reference, and a floor for each payload.
///
/// Where two cases have unlike coefficients, their factor depends on the yardsticks at which it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonYardsticks {
    reference_ns: f64,
    /// By payload in bytes; none is that of cases which do not wait for the disk.
    floor_ns: BTreeMap<Option<u64>, f64>,
}

impl CommonYardsticks {
    /// The geometric means of both runs' nominal yardsticks, of the payloads that both have; none where they have no
    /// payload in common.
    #[must_use]
    pub fn between(first: &Evidence, second: &Evidence) -> Option<Self> {
        let (first, second) = (Middles::of(first), Middles::of(second));
        let floor_ns: BTreeMap<Option<u64>, f64> = first
            .floor_ns
            .iter()
            .filter_map(|(payload, floor_ns)| {
                Some((*payload, middle(*floor_ns, *second.floor_ns.get(payload)?)))
            })
            .collect();
        let reference_ns = middle(first.reference_ns?, second.reference_ns?);
        (!floor_ns.is_empty()).then_some(Self { reference_ns, floor_ns })
    }

    /// The pair for a case with this cost; none where the other run has no such payload.
    #[must_use]
    pub fn of(&self, cost: &CostRecord) -> Option<Nominal> {
        let floor_ns = *self.floor_ns.get(&cost.floor_payload_bytes)?;
        Some(Nominal { floor_ns, reference_ns: self.reference_ns })
    }
}

/// The middle of one run's nominal yardsticks. All its cases have the same, unless several processes measured them.
struct Middles {
    reference_ns: Option<f64>,
    floor_ns: BTreeMap<Option<u64>, f64>,
}

impl Middles {
    fn of(evidence: &Evidence) -> Self {
        let mut references: Vec<f64> = Vec::new();
        let mut floors: BTreeMap<Option<u64>, Vec<f64>> = BTreeMap::new();
        for cost in evidence.records.iter().filter_map(|record| record.cost.as_ref()) {
            references.push(cost.nominal.reference_ns);
            floors.entry(cost.floor_payload_bytes).or_default().push(cost.nominal.floor_ns);
        }
        let floor_ns = floors.into_iter();
        Self {
            reference_ns: geometric_mean(&references),
            floor_ns: floor_ns
                .filter_map(|(payload, floors)| Some((payload, geometric_mean(&floors)?)))
                .collect(),
        }
    }
}

fn geometric_mean(values: &[f64]) -> Option<f64> {
    let sum: f64 = values.iter().map(|value| value.ln()).sum();
    (!values.is_empty()).then(|| (sum / values.len() as f64).exp())
}

fn middle(one: f64, other: f64) -> f64 {
    (one * other).sqrt()
}
