//! A point as a run record.

use std::path::Path;
use std::time::{Duration, Instant};

use measure::device::WrittenBytes;
use measure::record::{
    CaseRecord, ClampedRecord, DeviceRecord, LatencyRecord, LoadRecord, RunRecord, ShareRecord,
    StagesRecord, YardsticksRecord,
};
use measure::spread::Spread;
use measure::stats::ClusteredShare;
use measure::utc::UtcSecond;
use runner::reading::Task;
use runner::record::{
    axes, new_record, record_of_checkpoints, space_of, sqlite_record, standing, verify_record,
};
use runner::session::{Topic, floor_record};
use runner::verify::Closed;
use runner::yardstick::Reading;
use write_path::{CheckpointCall, VOTE_BYTES};

use crate::backlog::{BacklogGrowth, BacklogTrend};
use crate::error::LoadError;
use crate::figures::Figures;
use crate::generator::LoadEnd;
use crate::load::VoteLoad;
use crate::loading::Loaded;
use crate::point::Point;
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

/// A point that was measured and, where the session keeps records, stored.
#[derive(Debug)]
pub struct MeasuredPoint {
    /// What is kept of it.
    pub record: RunRecord,
    /// The part of the record that is about the load, with what the point says of its rate in a search.
    pub load: LoadRecord,
    /// The share of votes whose sojourn was beyond [`Point::p99_max_ns`], clustered by commit; `None` without a limit.
    pub beyond_limit: Option<ClusteredShare>,
    /// Operations acked per second over the whole measured time: what a stall cost is in it.
    pub acked_mean_per_second: f64,
    /// By how much the backlog grew, with an interval; `None` of a load that was too short to tell.
    pub backlog_growth: Option<BacklogGrowth>,
    /// How the load ended.
    pub end: LoadEnd,
}

/// A generator whose lateness at the 99th percentile is beyond this share of the sojourn's measures
/// itself.
const LATENESS_SHARE_MAX: f64 = 0.1;

/// A point that was drained and closed, and found whole.
pub(crate) struct Finished<'point> {
    pub(crate) point: &'point Point,
    pub(crate) subject: &'point Subject,
    pub(crate) directory: &'point Path,
    pub(crate) begun: Instant,
    pub(crate) started_utc: UtcSecond,
    pub(crate) loaded: Loaded,
    /// Syncs while it was loaded.
    pub(crate) syncs: u64,
    /// Those of the load, warm-up included.
    pub(crate) checkpoints: Vec<CheckpointCall>,
    pub(crate) drained_in: Duration,
    /// What was written from the load's start until it was drained.
    pub(crate) written: WrittenBytes,
    /// What the yardsticks showed before the point was loaded, and after it was drained.
    pub(crate) readings: [Reading; 2],
    pub(crate) closed: Closed,
    /// Its turn among the points of other curves.
    pub(crate) turn: Option<Turn>,
}

impl Finished<'_> {
    /// The point with a record that lacks the load, of which a search has not said anything yet.
    pub(crate) fn into_measured(self) -> Result<MeasuredPoint, LoadError> {
        let (point, closed) = (self.point, &self.closed);
        let (loaded, drained_in) = (&self.loaded, self.drained_in);
        let figures = Figures { point, loaded, drained_in, syncs: self.syncs };
        let acked_per_second = figures.acked_per_second()?;
        let acked_mean_per_second = figures.acked_mean_per_second();
        let drained_per_second = Spread::single(figures.drained_per_second());
        let beyond_limit = figures.beyond_limit();
        let load = load_record(&figures, beyond_limit.as_ref(), &self.readings)?;
        let backlog_growth = BacklogGrowth::of(&loaded.generated.backlog);
        let mut extra = vec![
            ("drain_seconds", drained_in.as_secs_f64()),
            ("reopen_and_read_seconds", closed.reopened_in.as_secs_f64()),
            ("acked_mean_per_second", acked_mean_per_second),
        ];
        extra.extend(backlog_growth.into_iter().flat_map(BacklogGrowth::figures));
        extra.extend(self.turn.into_iter().flat_map(Turn::figures));
        let (begin, end) = (loaded.clock.begin, loaded.generated.end);
        let length = begin.elapsed().min(point.length());
        let Loaded { mut seen, .. } = self.loaded;
        let stages = seen.recorder.take_latencies().1;
        let journal_bytes = seen.recorder.largest_sizes().journal_bytes;
        let wal_bytes_max = Some(journal_bytes.max(closed.sizes.journal_bytes));
        let before = u64::from(point.load.articles.get());
        let rates = [acked_per_second, drained_per_second.ok_or(LoadError::NothingMeasured)?];
        let case = case_record(self.subject, point, load.votes_per_commit);
        let record = RunRecord {
            settings: closed.settings.clone(),
            sqlite: closed.identity.as_ref().map(sqlite_record),
            space: space_of(closed.identity.is_some(), closed.sizes, wal_bytes_max),
            device: DeviceRecord::of(self.written, closed.found.records() - before),
            verify: verify_record(Task::Write, closed),
            notes: notes(&load, end),
            extra: extra.into_iter().map(|(name, figure)| (name.to_string(), figure)).collect(),
            started_utc: self.started_utc,
            stages: (stages.commit.count() > 0).then(|| StagesRecord::of(&stages)).transpose()?,
            checkpoints: record_of_checkpoints(self.checkpoints.iter(), begin, length),
            timeline: Some(seen.recorder.finish()),
            floor: floor_record(&self.readings),
            seconds: self.begun.elapsed().as_secs_f64(),
            ..new_record(QUESTION, case, rates, &seen.writes.sojourn, self.directory)?
        };
        Ok(MeasuredPoint { record, load, beyond_limit, acked_mean_per_second, backlog_growth, end })
    }
}

fn case_record(subject: &Subject, point: &Point, votes_per_commit: Option<f64>) -> CaseRecord {
    let label = label(subject, &point.load);
    CaseRecord {
        id: format!("{label}/{}", point.target),
        label,
        parameter: Some(point.target.get().into()),
        axes: axes([subject.axes(), point.load.axes()].concat()),
        standing: standing(subject.spec.as_ref()),
        engine: subject.spec.engine().value,
        repeats_case: None,
        records_per_packet: votes_per_commit.unwrap_or(1.0).round() as u64,
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

fn load_record(
    figures: &Figures<'_>,
    beyond_limit: Option<&ClusteredShare>,
    readings: &[Reading],
) -> Result<LoadRecord, LoadError> {
    let Figures { point, loaded, .. } = figures;
    let (generated, writes, reads) = (&loaded.generated, &loaded.seen.writes, &loaded.seen.reads);
    let backlog = BacklogTrend::of(&generated.backlog);
    let is_growing = |trend: BacklogTrend| trend.grows_under(point.target.get().into());
    let lateness = generated.lateness.quantile(0.99).or(generated.lateness.longest());
    let sojourn = writes.sojourn.quantile(0.99).or(writes.sojourn.longest());
    let is_late =
        |(lateness, sojourn): (u64, u64)| lateness as f64 > LATENESS_SHARE_MAX * sojourn as f64;
    Ok(LoadRecord {
        target_per_second: point.target.get(),
        warm_up_seconds: point.warm_up.as_secs_f64(),
        run_seconds: point.run.as_secs_f64(),
        sojourn_p95: writes.sojourn.quantile(0.95),
        sojourn_clamped: ClampedRecord::of(&writes.sojourn, CLAMP_NS),
        remote_ns: LatencyRecord::of(&writes.remote)?,
        read_sojourn_ns: LatencyRecord::if_any(&reads.sojourn)?,
        read_remote_ns: LatencyRecord::if_any(&reads.remote)?,
        lateness_ns: LatencyRecord::of(&generated.lateness)?,
        is_generator_bound: lateness.zip(sojourn).is_some_and(is_late),
        votes_per_commit: figures.votes_per_commit(),
        backlog_begin: backlog.map(|trend| trend.begin_operations),
        backlog_end: backlog.map(|trend| trend.end_operations),
        backlog_growth_per_second: backlog.map(|trend| trend.growth_per_second),
        is_saturated: generated.end == LoadEnd::Behind || backlog.is_some_and(is_growing),
        end: end_in_words(generated.end).to_string(),
        given_up_operations: loaded.given_up_operations + generated.given_up_operations,
        knee_p99_max_ns: point.p99_max_ns,
        beyond_limit: beyond_limit.and_then(ShareRecord::of),
        verdict: None,
        moments: None,
        yardsticks: Some(YardsticksRecord {
            floor_ns: readings.iter().map(|reading| reading.floor_ns).collect(),
            reference_ns: readings.iter().map(|reading| reading.reference_ns).collect(),
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

fn notes(load: &LoadRecord, end: LoadEnd) -> Vec<String> {
    let mut notes = Vec::new();
    if load.is_generator_bound {
        notes.push(
            "generator-bound: batches were handed on so late that the figures are not the path's"
                .to_string(),
        );
    }
    match end {
        LoadEnd::Complete | LoadEnd::Failed => {}
        LoadEnd::Behind => {
            notes.push("ended early: more operations waited than a load may keep".to_string());
        }
        LoadEnd::Interrupted => notes.push("ended early by Ctrl-C".to_string()),
    }
    if load.given_up_operations > 0 {
        notes.push(
            "operations that still waited at the end were given up; none of them was acked"
                .to_string(),
        );
    }
    notes
}
