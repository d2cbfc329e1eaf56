//! A session of points: scratch, the floor beside each point, and the run that keeps the records.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Instant;

use fixture::ScratchRoot;
use measure::floor::{Floor, SyncCall};
use measure::record::{ComparisonsRecord, QuestionRecord, RunRecord, SCHEMA_VERSION};
use measure::run::{RunDirectory, command_line};
use measure::utc::UtcSecond;
use runner::RunnerError;

use crate::error::LoadError;
use crate::knee::{Knee, KneeSearch, Verdict};
use crate::load::VoteLoad;
use crate::loading::OnLine;
use crate::outcome::PointOutcome;
use crate::point::Point;
use crate::rate::Target;
use crate::record::{QUESTION, Surroundings, run_record};
use crate::subject::Subject;

/// The payload of the floor that stands beside points, in bytes: the disk's regime.
const FLOOR_PAYLOAD_BYTES: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// Writes of the floor before and after each point.
const FLOOR_WRITES: NonZeroU32 = NonZeroU32::new(16).expect("not zero");

/// A session of points.
#[derive(Debug)]
pub struct LoadSession {
    scratch: ScratchRoot,
    floor: Floor,
    quiet_floor_ns: u64,
    /// `None` where nothing is kept.
    run: Option<RunDirectory>,
    begun: Instant,
    cases: Vec<String>,
}

/// A point that was run and, where the session keeps records, stored.
#[derive(Debug)]
pub struct MeasuredPoint {
    /// What it showed.
    pub outcome: PointOutcome,
    /// What is kept of it.
    pub record: RunRecord,
}

/// A load curve: points of one subject under one load, in the order of measuring.
#[derive(Debug)]
pub struct LoadCurve {
    /// The points.
    pub points: Vec<MeasuredPoint>,
    /// The highest rate that met the limit.
    pub knee: Knee,
}

/// How a load curve is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurvePlan {
    /// Every point, but for its rate.
    pub point: Point,
    /// Which rates.
    pub search: KneeSearch,
    /// The 99th percentile of the sojourn that a rate must keep, in ns.
    pub p99_max_ns: u64,
}

impl LoadSession {
    /// A session that keeps its records in a run, or nowhere.
    ///
    /// # Errors
    /// When scratch cannot be made or the floor cannot be measured.
    pub fn begin(scratch: ScratchRoot, run: Option<RunDirectory>) -> Result<Self, LoadError> {
        let mut floor = Floor::prepare(scratch.path(), FLOOR_PAYLOAD_BYTES, SyncCall::Fdatasync)?;
        let mut times_ns = measure(&mut floor, &scratch)?;
        times_ns.sort_unstable();
        let quiet_floor_ns = times_ns[times_ns.len() / 2];
        let (begun, cases) = (Instant::now(), Vec::new());
        Ok(Self { scratch, floor, quiet_floor_ns, run, begun, cases })
    }

    /// The median floor of 4 KiB at the session's beginning, in ns.
    pub fn quiet_floor_ns(&self) -> u64 {
        self.quiet_floor_ns
    }

    /// Where the session writes.
    pub fn scratch(&self) -> &ScratchRoot {
        &self.scratch
    }

    /// The run that keeps the records.
    pub fn run_directory(&self) -> Option<&RunDirectory> {
        self.run.as_ref()
    }

    /// Runs one point, and stores its record.
    ///
    /// # Errors
    /// What [`Point::run`] answers; and when the record cannot be written.
    pub fn measure(
        &mut self,
        subject: &Subject,
        point: &Point,
        on_line: OnLine<'_>,
    ) -> Result<MeasuredPoint, LoadError> {
        self.measure_held_against(None, subject, point, on_line)
    }

    /// Measures a curve and its knee, and stores each point.
    ///
    /// # Errors
    /// As [`LoadSession::measure`]; points that were measured before keep their records.
    pub fn curve(
        &mut self,
        subject: &Subject,
        plan: &CurvePlan,
        on_point: &mut dyn FnMut(&MeasuredPoint),
    ) -> Result<LoadCurve, LoadError> {
        let mut points = Vec::new();
        let knee = plan.search.run(|target| {
            let point = Point { target, ..plan.point };
            let mut verdict = Verdict::Missed;
            for _ in 0..TRIES {
                let limit = Some(plan.p99_max_ns);
                let measured = self.measure_held_against(limit, subject, &point, &mut |_| {})?;
                on_point(&measured);
                verdict = measured.outcome.verdict(plan.p99_max_ns);
                points.push(measured);
                // What was measured is stored; the search cannot go on.
                fixture::check_interrupt()?;
                if matches!(verdict, Verdict::Met | Verdict::FellBehind) {
                    break;
                }
            }
            Ok::<_, LoadError>(verdict)
        })?;
        Ok(LoadCurve { points, knee })
    }

    fn measure_held_against(
        &mut self,
        knee_p99_max_ns: Option<u64>,
        subject: &Subject,
        point: &Point,
        on_line: OnLine<'_>,
    ) -> Result<MeasuredPoint, LoadError> {
        let (begun, started_utc) = (Instant::now(), UtcSecond::now());
        let directory = self.scratch.case_directory()?;
        let mut floor_ns = measure(&mut self.floor, &self.scratch)?;
        let outcome = point.run(subject.spec.as_ref(), directory.path(), on_line)?;
        floor_ns.extend(measure(&mut self.floor, &self.scratch)?);
        let around = Surroundings {
            directory: directory.path(),
            begun,
            started_utc,
            floor_ns,
            floor_payload_bytes: FLOOR_PAYLOAD_BYTES.get() as u64,
            knee_p99_max_ns,
        };
        let record = run_record(subject, &outcome, &around)?;
        if let Some(run) = &self.run {
            run.write_record(&record)?;
            if !self.cases.contains(&record.case.id) {
                self.cases.push(record.case.id.clone());
            }
            run.write_question(&self.question())?;
        }
        Ok(MeasuredPoint { outcome, record })
    }

    /// The question that all points of a run put.
    fn question(&self) -> QuestionRecord {
        QuestionRecord {
            schema_version: SCHEMA_VERSION,
            name: QUESTION.to_string(),
            asks:
                "how long does a vote take at each rate, and which is the highest rate that a path \
                   keeps up with?"
                    .to_string(),
            claim:
                "a log takes half a million votes per second with p99 below 16 ms; SQLite's WAL \
                    28 k"
                    .to_string(),
            settled_by:
                "sojourn times from the scheduled moment to the ack, and the backlog's trend"
                    .to_string(),
            swept_axis: "target_per_second".to_string(),
            bases: Vec::new(),
            cases: self.cases.clone(),
            contrasts: Vec::new(),
            columns: Some(Vec::new()),
            comparisons: ComparisonsRecord::default(),
            skipped: Vec::new(),
            dropped: Vec::new(),
            failed: Vec::new(),
            quiet_floor_ns: self.quiet_floor_ns,
            warnings: self.scratch.warnings().to_vec(),
            command_line: command_line(),
            seconds: self.begun.elapsed().as_secs_f64(),
        }
    }
}

impl PointOutcome {
    /// Whether a rate keeps a limit: p99 within it, and no backlog that grows.
    pub fn verdict(&self, p99_max_ns: u64) -> Verdict {
        let falls_behind = self.is_saturated() || self.given_up_operations > 0;
        let is_quick = self.operations_sojourn_ns(0.99).is_some_and(|p99| p99 <= p99_max_ns);
        match (falls_behind, is_quick) {
            (false, true) => Verdict::Met,
            _ if self.is_generator_bound() => Verdict::GeneratorBound,
            (true, _) => Verdict::FellBehind,
            (false, false) => Verdict::Missed,
        }
    }
}

impl CurvePlan {
    /// The plan of `cargo bench`: points of about a second and a half, and a limit of 10 ms.
    pub fn standard(load: VoteLoad) -> Self {
        let per_second = |rate| Target::per_second(rate).expect("not zero");
        Self {
            point: Point {
                load,
                target: per_second(FIRST_RATE),
                warm_up: std::time::Duration::from_millis(300),
                run: std::time::Duration::from_millis(1200),
                catch_up_max: std::time::Duration::from_millis(500),
            },
            search: KneeSearch {
                first: per_second(FIRST_RATE),
                highest: per_second(HIGHEST_RATE),
                halvings: 3,
            },
            p99_max_ns: P99_MAX_NS,
        }
    }
}

/// How often a rate that misses the limit is tried, though the path keeps up: in a second of measuring,
/// a single stall of 12 ms is a hundredth.
const TRIES: u32 = 2;

/// The first rate of a curve, in operations per second: half of the document's lowest ceiling.
const FIRST_RATE: u32 = 12_500;

/// The highest rate that a curve may try: beyond what the document's machines took.
const HIGHEST_RATE: u32 = 3_200_000;

/// The limit at the knee, in ns.
const P99_MAX_NS: u64 = 10_000_000;

fn measure(floor: &mut Floor, scratch: &ScratchRoot) -> Result<Vec<u64>, LoadError> {
    floor.burst(FLOOR_WRITES).map_err(|source| {
        let path = scratch.path().to_path_buf();
        RunnerError::Io { doing: "measuring the floor in", path, source }.into()
    })
}
