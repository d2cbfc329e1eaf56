//! A point as a run record.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use fixture::sqlite_record;
use measure::device::WrittenBytes;
use measure::environment::Environment;
use measure::floor::{FloorSummary, SyncCall};
use measure::git::GitState;
use measure::pairs::Pairs;
use measure::record::{
    AxisValue, CaseRecord, ClampedRecord, DeviceRecord, FloorRecord, LatencyRecord, LoadRecord,
    RunRecord, SCHEMA_VERSION, SpaceRecord, Standing, VerifyRecord, latency_if_any,
};
use measure::run::command_line;
use measure::spread::Spread;
use measure::utc::UtcSecond;
use write_path::{PathSpec, VOTE_BYTES};

use crate::error::LoadError;
use crate::generator::LoadEnd;
use crate::load::VoteLoad;
use crate::outcome::PointOutcome;
use crate::subject::Subject;

/// The question that points belong to.
pub const QUESTION: &str = "vote_load";

/// The end of the document's histogram, in ns: what took longer was counted as this (noria,
/// `benchmarks/vote/main.rs`, 100,000 us).
const CLAMP_NS: u64 = 100_000_000;

/// What surrounds a point in its record.
pub(crate) struct Surroundings<'session> {
    pub(crate) directory: &'session Path,
    pub(crate) begun: Instant,
    pub(crate) started_utc: UtcSecond,
    /// Floors of [`crate::session`]'s payload, before and after the point.
    pub(crate) floor_ns: Vec<u64>,
    pub(crate) floor_payload_bytes: u64,
    /// The limit of the search that the point belongs to.
    pub(crate) knee_p99_max_ns: Option<u64>,
}

/// The record of a point.
pub(crate) fn run_record(
    subject: &Subject,
    outcome: &PointOutcome,
    around: &Surroundings<'_>,
) -> Result<RunRecord, LoadError> {
    let records = outcome.verified.records();
    Ok(RunRecord {
        schema_version: SCHEMA_VERSION,
        question: QUESTION.to_string(),
        case: case_record(subject, outcome),
        settings: outcome.settings.clone(),
        sqlite: sqlite_record(&outcome.identity),
        records_per_second: outcome.acked_per_second.clone(),
        drained_records_per_second: Spread::single(outcome.drained_per_second)
            .ok_or(LoadError::NothingMeasured)?,
        ack_latency_ns: LatencyRecord::of(&outcome.writes.sojourn)?,
        stages: None,
        load: Some(load_record(outcome, around)?),
        driver_lateness_ns: None,
        checkpoints: outcome.checkpoints.clone(),
        attribution: None,
        growth: None,
        queue: None,
        timeline: Some(outcome.timeline.clone()),
        sync_audit: None,
        floor: floor_record(around),
        fsync_floor: None,
        pairs: None,
        blocks: None,
        cost: None,
        space: space_record(subject.spec.as_ref(), outcome),
        device: DeviceRecord::of(WrittenBytes::default(), records),
        verify: VerifyRecord {
            acked_records: records,
            found_records: records,
            digest_ok: true,
            note: outcome.verification().into(),
        },
        notes: notes(outcome),
        extra: extra(outcome),
        environment: Environment::capture(around.directory)?,
        git: GitState::capture(Path::new(".")),
        started_utc: around.started_utc,
        seconds: around.begun.elapsed().as_secs_f64(),
        command_line: command_line(),
    })
}

fn extra(outcome: &PointOutcome) -> BTreeMap<String, f64> {
    let mut figures = vec![
        ("drain_seconds", outcome.drained_in.as_secs_f64()),
        ("reopen_and_read_seconds", outcome.reopened_in.as_secs_f64()),
        ("acked_mean_per_second", outcome.acked_mean_per_second),
    ];
    if let Some(growth) = outcome.backlog_growth {
        figures.extend([
            ("backlog_slope_per_second", growth.per_second),
            ("backlog_slope_low_per_second", growth.low_per_second),
            ("backlog_slope_high_per_second", growth.high_per_second),
        ]);
    }
    figures.into_iter().map(|(name, figure)| (name.to_string(), figure)).collect()
}

fn case_record(subject: &Subject, outcome: &PointOutcome) -> CaseRecord {
    let load = &outcome.point.load;
    let engine = subject.spec.engine().value;
    let standing = if engine == "native-log" { Standing::Reference } else { Standing::Tuned };
    let mut axes = subject.axes();
    axes.extend(load.axes());
    let label = label(subject, load);
    CaseRecord {
        id: format!("{label}/{}", outcome.point.target),
        label,
        parameter: Some(outcome.point.target.get().into()),
        axes: axes
            .into_iter()
            .map(|axis| AxisValue { axis: axis.axis.to_string(), value: axis.value })
            .collect(),
        standing,
        engine,
        repeats_case: None,
        records_per_packet: outcome.votes_per_commit().unwrap_or(1.0).round() as u64,
        record_bytes: VOTE_BYTES as u64,
    }
}

/// The subject's name, and what of the load deviates from the document's.
pub(crate) fn label(subject: &Subject, load: &VoteLoad) -> String {
    let base = VoteLoad::of_the_document().axes();
    let deviations = load.axes().into_iter().zip(base).filter(|(axis, base)| axis != base);
    let mut parts = vec![subject.label()];
    parts.extend(deviations.map(|(axis, _)| axis.label));
    parts.join("-")
}

fn load_record(outcome: &PointOutcome, around: &Surroundings<'_>) -> Result<LoadRecord, LoadError> {
    let (writes, reads) = (&outcome.writes, &outcome.reads);
    let backlog = outcome.backlog;
    Ok(LoadRecord {
        target_per_second: outcome.point.target.get(),
        warm_up_seconds: outcome.point.warm_up.as_secs_f64(),
        run_seconds: outcome.point.run.as_secs_f64(),
        sojourn_p95: writes.sojourn.quantile(0.95),
        sojourn_clamped: ClampedRecord::of(&writes.sojourn, CLAMP_NS),
        remote_ns: LatencyRecord::of(&writes.remote)?,
        read_sojourn_ns: latency_if_any(&reads.sojourn)?,
        read_remote_ns: latency_if_any(&reads.remote)?,
        lateness_ns: LatencyRecord::of(&outcome.lateness)?,
        is_generator_bound: outcome.is_generator_bound(),
        votes_per_commit: outcome.votes_per_commit(),
        backlog_begin: backlog.map(|trend| trend.begin_operations),
        backlog_end: backlog.map(|trend| trend.end_operations),
        backlog_growth_per_second: backlog.map(|trend| trend.growth_per_second),
        is_saturated: outcome.is_saturated(),
        end: end_in_words(outcome.end).to_string(),
        given_up_operations: outcome.given_up_operations,
        knee_p99_max_ns: around.knee_p99_max_ns,
    })
}

fn end_in_words(end: LoadEnd) -> &'static str {
    match end {
        LoadEnd::Complete => "complete",
        LoadEnd::Behind => "behind",
        LoadEnd::Interrupted => "interrupted",
        LoadEnd::Failed => "failed",
    }
}

/// The floor beside the point. A point is no row of pieces, so it has no share.
fn floor_record(around: &Surroundings<'_>) -> Option<FloorRecord> {
    (!around.floor_ns.is_empty()).then(|| {
        FloorRecord::of(
            SyncCall::Fdatasync,
            around.floor_payload_bytes,
            FloorSummary::of(&around.floor_ns),
            &Pairs::of_pieces(&[]),
            None,
        )
    })
}

fn space_record(spec: &dyn PathSpec, outcome: &PointOutcome) -> SpaceRecord {
    let sizes = outcome.sizes;
    let wal_bytes_max = outcome.series.iter().map(|line| line.journal_bytes).max();
    if spec.sqlite_build().is_some() {
        SpaceRecord {
            database_bytes: Some(sizes.database_bytes),
            wal_bytes_max: wal_bytes_max.max(Some(sizes.journal_bytes)),
            freelist_pages: sizes.freelist_pages,
            log_bytes: sizes.front_log_bytes,
            ..SpaceRecord::default()
        }
    } else {
        SpaceRecord { log_bytes: Some(sizes.database_bytes), ..SpaceRecord::default() }
    }
}

fn notes(outcome: &PointOutcome) -> Vec<String> {
    let mut notes = Vec::new();
    if outcome.is_generator_bound() {
        notes.push(
            "generator-bound: batches were handed on so late that the figures are not the path's"
                .to_string(),
        );
    }
    match outcome.end {
        LoadEnd::Complete | LoadEnd::Failed => {}
        LoadEnd::Behind => {
            notes.push("ended early: more operations waited than a load may keep".to_string());
        }
        LoadEnd::Interrupted => notes.push("ended early by Ctrl-C".to_string()),
    }
    if outcome.given_up_operations > 0 {
        notes.push(
            "operations that still waited at the end were given up; none of them was acked"
                .to_string(),
        );
    }
    notes
}
