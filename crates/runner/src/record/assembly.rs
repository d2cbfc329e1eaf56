//! What every run record says, whatever was measured.

use std::collections::BTreeMap;
use std::path::Path;

use measure::environment::Environment;
use measure::git::GitState;
use measure::latency::LatencyHistogram;
use measure::record::{
    AxisValue, CaseRecord, DeviceRecord, LatencyRecord, RunRecord, SCHEMA_VERSION, SpaceRecord,
    Standing, VerifyRecord,
};
use measure::run::command_line;
use measure::spread::Spread;
use measure::utc::UtcSecond;
use write_path::PathSpec;

use crate::error::RunnerError;

/// A record of what was measured in this directory, with the rates as acked and with what was owed and drained. It says
/// where it was measured, and nothing yet of how it was verified, and of what only some records have.
///
/// # Errors
/// What the machine's facts answer.
pub fn new_record(
    question: &str,
    case: CaseRecord,
    [records_per_second, drained_records_per_second]: [Spread; 2],
    acks: &LatencyHistogram,
    scratch: &Path,
) -> Result<RunRecord, RunnerError> {
    Ok(RunRecord {
        schema_version: SCHEMA_VERSION,
        question: question.to_string(),
        case,
        settings: BTreeMap::new(),
        sqlite: None,
        records_per_second,
        drained_records_per_second,
        ack_latency_ns: LatencyRecord::of(acks)?,
        stages: None,
        load: None,
        driver_lateness_ns: None,
        checkpoints: None,
        attribution: None,
        growth: None,
        queue: None,
        timeline: None,
        sync_audit: None,
        floor: None,
        fsync_floor: None,
        pairs: None,
        blocks: None,
        cost: None,
        space: SpaceRecord::default(),
        device: DeviceRecord::default(),
        verify: VerifyRecord {
            acked_records: 0,
            found_records: 0,
            digest_ok: false,
            note: String::new(),
        },
        notes: Vec::new(),
        extra: BTreeMap::new(),
        environment: Environment::capture(scratch)?,
        git: GitState::capture(Path::new(".")),
        started_utc: UtcSecond::now(),
        seconds: 0.0,
        command_line: command_line(),
    })
}

/// How a path stands beside the others.
pub fn standing(path: &dyn PathSpec) -> Standing {
    match path.facts().standing {
        write_path::Standing::Vanilla => Standing::Vanilla,
        write_path::Standing::Tuned => Standing::Tuned,
        write_path::Standing::Reference => Standing::Reference,
    }
}

/// Axes as records hold them.
pub fn axes(axes: Vec<write_path::AxisValue>) -> Vec<AxisValue> {
    let record =
        |axis: write_path::AxisValue| AxisValue { axis: axis.axis.to_string(), value: axis.value };
    axes.into_iter().map(record).collect()
}
