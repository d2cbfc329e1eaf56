//! A point as a run record.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use measure::record::{
    CaseRecord, ClampedRecord, DeviceRecord, LatencyRecord, LoadRecord, RateVerdict, RunRecord,
    ShareRecord, StagesRecord, VerifyRecord, YardsticksRecord,
};
use measure::spread::Spread;
use measure::utc::UtcSecond;
use runner::record::{Common, assemble, axes, space_of, standing};
use runner::session::{Topic, floor_record};
use runner::yardstick::Reading;
use write_path::VOTE_BYTES;

use crate::error::LoadError;
use crate::generator::LoadEnd;
use crate::load::VoteLoad;
use crate::outcome::PointOutcome;
use crate::subject::Subject;
use crate::turn::Turn;

/// The question that points belong to.
pub const QUESTION: &str = TOPIC.question;

/// What all points of a run are about.
pub const TOPIC: Topic = Topic {
    question: "vote_load",
    asks: "how long does a vote take at each rate, and which is the highest rate that a path keeps up with?",
    claim: "a log takes half a million votes per second with p99 below 16 ms; SQLite's WAL 28 k",
    settled_by: "the share of votes whose sojourn, from the scheduled moment to the ack, is beyond the limit; and the \
                 backlog's trend",
    swept_axis: "target_per_second",
};

/// The end of the document's histogram, in ns: what took longer was counted as this (noria,
/// `benchmarks/vote/main.rs`, 100,000 us).
const CLAMP_NS: u64 = 100_000_000;

/// What surrounds a point in its record.
pub(crate) struct Surroundings<'session> {
    pub(crate) directory: &'session Path,
    pub(crate) begun: Instant,
    pub(crate) started_utc: UtcSecond,
    /// What the yardsticks showed before the point was loaded, and after it was drained.
    pub(crate) readings: Vec<Reading>,
    /// What the point says of its rate in the search that it belongs to.
    pub(crate) verdict: Option<RateVerdict>,
    /// Its turn among the points of other curves.
    pub(crate) turn: Option<Turn>,
}

/// The record of a point.
pub(crate) fn run_record(
    subject: &Subject,
    outcome: &PointOutcome,
    around: &Surroundings<'_>,
) -> Result<RunRecord, LoadError> {
    let records = outcome.verified.records();
    let before = u64::from(outcome.point.load.articles.get());
    let drained = Spread::single(outcome.drained_per_second).ok_or(LoadError::NothingMeasured)?;
    let wal_bytes_max = outcome.largest.journal_bytes.max(outcome.sizes.journal_bytes);
    let common = assemble(Common {
        question: QUESTION,
        case: case_record(subject, outcome),
        settings: outcome.settings.clone(),
        identity: outcome.identity.as_ref(),
        rates: [outcome.acked_per_second.clone(), drained],
        acks: &outcome.writes.sojourn,
        space: space_of(outcome.identity.is_some(), outcome.sizes, Some(wal_bytes_max)),
        device: DeviceRecord::of(outcome.written, records - before),
        verify: VerifyRecord {
            acked_records: records,
            found_records: records,
            digest_ok: true,
            note: outcome.verification(),
        },
        notes: notes(outcome),
        extra: extra(outcome, around),
        scratch: around.directory,
        started_utc: around.started_utc,
        seconds: around.begun.elapsed().as_secs_f64(),
    })?;
    Ok(RunRecord {
        load: Some(load_record(outcome, around)?),
        stages: (outcome.stages.commit.count() > 0)
            .then(|| StagesRecord::of(&outcome.stages))
            .transpose()?,
        checkpoints: outcome.checkpoints.clone(),
        timeline: Some(outcome.timeline.clone()),
        floor: floor_record(&around.readings),
        ..common
    })
}

fn extra(outcome: &PointOutcome, around: &Surroundings<'_>) -> BTreeMap<String, f64> {
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
    figures.extend(around.turn.into_iter().flat_map(Turn::figures));
    figures.into_iter().map(|(name, figure)| (name.to_string(), figure)).collect()
}

fn case_record(subject: &Subject, outcome: &PointOutcome) -> CaseRecord {
    let load = &outcome.point.load;
    let mut all_axes = subject.axes();
    all_axes.extend(load.axes());
    let label = label(subject, load);
    CaseRecord {
        id: format!("{label}/{}", outcome.point.target),
        label,
        parameter: Some(outcome.point.target.get().into()),
        axes: axes(all_axes),
        standing: standing(subject.spec.as_ref()),
        engine: subject.spec.engine().value,
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
        read_sojourn_ns: LatencyRecord::if_any(&reads.sojourn)?,
        read_remote_ns: LatencyRecord::if_any(&reads.remote)?,
        lateness_ns: LatencyRecord::of(&outcome.lateness)?,
        is_generator_bound: outcome.is_generator_bound(),
        votes_per_commit: outcome.votes_per_commit(),
        backlog_begin: backlog.map(|trend| trend.begin_operations),
        backlog_end: backlog.map(|trend| trend.end_operations),
        backlog_growth_per_second: backlog.map(|trend| trend.growth_per_second),
        is_saturated: outcome.is_saturated(),
        end: end_in_words(outcome.end).to_string(),
        given_up_operations: outcome.given_up_operations,
        knee_p99_max_ns: outcome.point.p99_max_ns,
        beyond_limit: outcome.beyond_limit.as_ref().and_then(ShareRecord::of),
        verdict: around.verdict,
        yardsticks: Some(YardsticksRecord {
            floor_ns: around.readings.iter().map(|reading| reading.floor_ns).collect(),
            reference_ns: around.readings.iter().map(|reading| reading.reference_ns).collect(),
        }),
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
