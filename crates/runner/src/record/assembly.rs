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
use write_path::{PathSpec, Settings, SqliteIdentity};

use super::sqlite::sqlite_record;
use crate::error::RunnerError;

/// What every run record says, whatever was measured.
#[derive(Debug)]
pub struct Common<'measured> {
    /// The question.
    pub question: &'measured str,
    /// What was measured.
    pub case: CaseRecord,
    /// The settings in effect.
    pub settings: Settings,
    /// What the SQLite behind the path says of itself, where there is one.
    pub identity: Option<&'measured SqliteIdentity>,
    /// Operations acked per second, and the same with what was owed and drained.
    pub rates: [Spread; 2],
    /// From hand-in, or from the moment at which an operation was due, to its ack.
    pub acks: &'measured LatencyHistogram,
    /// What is stored.
    pub space: SpaceRecord,
    /// What the device wrote.
    pub device: DeviceRecord,
    /// How what was acked was compared.
    pub verify: VerifyRecord,
    /// What is to be told of it.
    pub notes: Vec<String>,
    /// Figures without a field of their own, by name.
    pub extra: BTreeMap<String, f64>,
    /// The directory that it was measured in.
    pub scratch: &'measured Path,
    /// When it began.
    pub started_utc: UtcSecond,
    /// How long it took with all around it, in seconds.
    pub seconds: f64,
}

/// A record with what every one has, and nothing of what only some have.
///
/// # Errors
/// What the machine's facts answer.
pub fn assemble(common: Common<'_>) -> Result<RunRecord, RunnerError> {
    let [records_per_second, drained_records_per_second] = common.rates;
    Ok(RunRecord {
        schema_version: SCHEMA_VERSION,
        question: common.question.to_string(),
        case: common.case,
        settings: common.settings,
        sqlite: common.identity.map(sqlite_record),
        records_per_second,
        drained_records_per_second,
        ack_latency_ns: LatencyRecord::of(common.acks)?,
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
        space: common.space,
        device: common.device,
        verify: common.verify,
        notes: common.notes,
        extra: common.extra,
        environment: Environment::capture(common.scratch)?,
        git: GitState::capture(Path::new(".")),
        started_utc: common.started_utc,
        seconds: common.seconds,
        command_line: command_line(),
    })
}

/// How a path stands beside the others.
pub fn standing(path: &dyn PathSpec) -> Standing {
    match path.standing() {
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
