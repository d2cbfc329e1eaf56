//! A session of points: scratch, the floor beside each point, and the run that keeps the records.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Instant;

use fixture::ScratchRoot;
use measure::floor::{Floor, SyncCall};
use measure::record::{ComparisonsRecord, QuestionRecord, RateVerdict, RunRecord, SCHEMA_VERSION};
use measure::run::{RunDirectory, command_line};
use measure::utc::UtcSecond;
use runner::RunnerError;

use crate::error::LoadError;
use crate::loading::OnLine;
use crate::outcome::PointOutcome;
use crate::point::Point;
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
    /// What it says of its rate; `None` of a point that no search asked for.
    pub verdict: Option<RateVerdict>,
    /// What is kept of it.
    pub record: RunRecord,
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
        self.measure_judged(subject, point, on_line, &mut |_| None)
    }

    /// The same for a point that tells something of its rate in a search.
    pub(crate) fn measure_judged(
        &mut self,
        subject: &Subject,
        point: &Point,
        on_line: OnLine<'_>,
        judge: &mut dyn FnMut(&PointOutcome) -> Option<RateVerdict>,
    ) -> Result<MeasuredPoint, LoadError> {
        let (begun, started_utc) = (Instant::now(), UtcSecond::now());
        let directory = self.scratch.case_directory()?;
        let mut floor_ns = measure(&mut self.floor, &self.scratch)?;
        let outcome = point.run(subject.spec.as_ref(), directory.path(), on_line)?;
        floor_ns.extend(measure(&mut self.floor, &self.scratch)?);
        let verdict = judge(&outcome);
        let around = Surroundings {
            directory: directory.path(),
            begun,
            started_utc,
            floor_ns,
            floor_payload_bytes: FLOOR_PAYLOAD_BYTES.get() as u64,
            verdict,
        };
        let record = run_record(subject, &outcome, &around)?;
        if let Some(run) = &self.run {
            run.write_record(&record)?;
            if !self.cases.contains(&record.case.id) {
                self.cases.push(record.case.id.clone());
            }
            run.write_question(&self.question())?;
        }
        Ok(MeasuredPoint { outcome, verdict, record })
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

fn measure(floor: &mut Floor, scratch: &ScratchRoot) -> Result<Vec<u64>, LoadError> {
    floor.burst(FLOOR_WRITES).map_err(|source| {
        let path = scratch.path().to_path_buf();
        RunnerError::Io { doing: "measuring the floor in", path, source }.into()
    })
}
