//! The yardsticks at which several runs are told alike.

use std::collections::BTreeMap;

use measure::record::CostRecord;
use measure::stats::Nominal;

use crate::evidence::Evidence;

/// Nominal yardsticks that several runs share: a CPU reference, and a floor for each payload that all of them have.
///
/// Where two cases have unlike coefficients, their factor depends on the yardsticks at which it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonYardsticks {
    /// By payload in bytes; none is that of cases which do not wait for the disk.
    nominal: BTreeMap<Option<u64>, Nominal>,
}

impl CommonYardsticks {
    /// The geometric means of these runs' nominal yardsticks. Cases that took turns need none.
    #[must_use]
    pub fn of_runs(runs: &[&Evidence]) -> Self {
        let runs: Vec<Middles> = runs.iter().map(|run| Middles::of(run)).collect();
        let references: Option<Vec<f64>> = runs.iter().map(|run| run.reference_ns).collect();
        let reference_ns = references.and_then(|references| geometric_mean(&references));
        let payloads = runs.first().into_iter().flat_map(|run| run.floor_ns.keys());
        let nominal = payloads.filter_map(|payload| {
            let floors: Option<Vec<f64>> =
                runs.iter().map(|run| run.floor_ns.get(payload).copied()).collect();
            let floor_ns = geometric_mean(&floors?)?;
            Some((*payload, Nominal { floor_ns, reference_ns: reference_ns? }))
        });
        Self { nominal: nominal.collect() }
    }

    /// The pair for a case with this cost; none where not all runs have such a payload.
    #[must_use]
    pub fn of(&self, cost: &CostRecord) -> Option<Nominal> {
        self.nominal.get(&cost.floor_payload_bytes).copied()
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
