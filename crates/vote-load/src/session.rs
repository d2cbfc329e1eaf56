//! A session of points: scratch, the floor beside each point, and the run that keeps the records.

use std::num::NonZeroUsize;
use std::time::Instant;

use measure::record::{ComparisonsRecord, QuestionRecord, RateVerdict, RunRecord, SCHEMA_VERSION};
use measure::run::{RunDirectory, command_line};
use measure::utc::UtcSecond;
use runner::floors::Floors;
use runner::scratch::ScratchRoot;
use runner::yardstick::{FloorReading, Yardsticks};

use crate::error::LoadError;
use crate::loading::OnLine;
use crate::outcome::PointOutcome;
use crate::point::Point;
use crate::record::{QUESTION, Surroundings, run_record};
use crate::subject::Subject;

/// The payload of the floor that stands beside points, in bytes: the disk's regime.
const FLOOR_PAYLOAD_BYTES: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// A session of points.
#[derive(Debug)]
pub struct LoadSession {
    scratch: ScratchRoot,
    floors: Floors,
    yardsticks: Yardsticks,
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
    /// When the yardsticks cannot be read.
    pub fn begin(scratch: ScratchRoot, run: Option<RunDirectory>) -> Result<Self, LoadError> {
        let (floors, yardsticks) = (Floors::new(scratch.path())?, Yardsticks::open()?);
        let (begun, cases) = (Instant::now(), Vec::new());
        Ok(Self { scratch, floors, yardsticks, run, begun, cases })
    }

    /// The median floor of 4 KiB at the session's beginning, in ns.
    pub fn quiet_floor_ns(&self) -> u64 {
        self.floors.quiet_ns() as u64
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
        let mut readings = Vec::new();
        let mut read_yardsticks = || {
            let floor = FloorReading::Of(FLOOR_PAYLOAD_BYTES);
            readings.push(self.yardsticks.read(&mut self.floors, floor)?);
            Ok(())
        };
        let spec = subject.spec.as_ref();
        let outcome = point.run(spec, directory.path(), on_line, &mut read_yardsticks)?;
        let verdict = judge(&outcome);
        let around = Surroundings {
            directory: directory.path(),
            begun,
            started_utc,
            readings,
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
                "the share of votes whose sojourn, from the scheduled moment to the ack, is beyond the limit; and the backlog's trend"
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
            quiet_floor_ns: self.quiet_floor_ns(),
            warnings: self.scratch.warnings_at_end(),
            command_line: command_line(),
            seconds: self.begun.elapsed().as_secs_f64(),
        }
    }
}
