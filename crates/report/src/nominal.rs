//! The yardsticks that a question's times are told at, in words.

use std::collections::BTreeMap;

use measure::record::CostRecord;

use crate::model::QuestionModel;
use crate::quantity;

/// `floor 24 B 94 us, 9.6 kB 160 us; CPU reference 72 us`; empty where no case has a cost.
#[must_use]
pub fn in_words(model: &QuestionModel<'_>) -> String {
    let costs = || model.rows().filter_map(|row| row.cost.as_ref());
    let floor_of = |cost: &CostRecord| Some((cost.floor_payload_bytes?, cost.nominal.floor_ns));
    // Cases of one process have one pair for each payload; where several measured them, the last one's is shown.
    let floors: BTreeMap<u64, f64> = costs().filter_map(floor_of).collect();
    let floors: Vec<String> = floors
        .into_iter()
        .map(|(bytes, ns)| format!("{} {}", quantity::bytes(bytes), quantity::duration_ns(ns)))
        .collect();
    let floors = (!floors.is_empty()).then(|| format!("floor {}", floors.join(", ")));
    let reference = costs()
        .last()
        .map(|cost| format!("CPU reference {}", quantity::duration_ns(cost.nominal.reference_ns)));
    floors.into_iter().chain(reference).collect::<Vec<_>>().join("; ")
}
