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
        let of_run = |run: &&Evidence| -> BTreeMap<Option<u64>, Nominal> {
            let costs = || run.records.iter().filter_map(|record| record.cost.as_ref());
            let payloads = costs().map(|cost| cost.floor_payload_bytes);
            // All cases of a run have the same yardsticks, unless several processes measured them.
            let reference_ns = geometric_mean(costs().map(|cost| cost.nominal.reference_ns));
            let nominal = |payload| {
                let same = costs().filter(move |cost| cost.floor_payload_bytes == payload);
                let floor_ns = geometric_mean(same.map(|cost| cost.nominal.floor_ns));
                (payload, Nominal { floor_ns, reference_ns })
            };
            payloads.map(nominal).collect()
        };
        let of_runs: Vec<BTreeMap<Option<u64>, Nominal>> = runs.iter().map(of_run).collect();
        let payloads = of_runs.first().into_iter().flat_map(BTreeMap::keys);
        let common = payloads.filter_map(|payload| {
            let all: Option<Vec<&Nominal>> = of_runs.iter().map(|run| run.get(payload)).collect();
            let all = all?;
            let floor_ns = geometric_mean(all.iter().map(|nominal| nominal.floor_ns));
            let reference_ns = geometric_mean(all.iter().map(|nominal| nominal.reference_ns));
            Some((*payload, Nominal { floor_ns, reference_ns }))
        });
        Self { nominal: common.collect() }
    }

    /// The pair for a case with this cost; none where not all runs have such a payload.
    #[must_use]
    pub fn of(&self, cost: &CostRecord) -> Option<Nominal> {
        self.nominal.get(&cost.floor_payload_bytes).copied()
    }
}

fn geometric_mean(values: impl Iterator<Item = f64>) -> f64 {
    let logs: Vec<f64> = values.map(f64::ln).collect();
    (logs.iter().sum::<f64>() / logs.len() as f64).exp()
}
