//! A session of measurements that come one after the other: scratch, both yardsticks, and the run that keeps a record of
//! each.

use std::num::NonZeroUsize;
use std::time::Instant;

use measure::pairs::Pairs;
use measure::record::{ComparisonsRecord, FloorRecord, QuestionRecord, RunRecord, SCHEMA_VERSION};
use measure::run::{RunDirectory, command_line};

use crate::error::RunnerError;
use crate::floors::Floors;
use crate::scratch::ScratchRoot;
use crate::yardstick;
use crate::yardstick::{Reading, Yardsticks};

/// The payload of the floor that stands beside measurements, in bytes: the disk's regime.
const FLOOR_PAYLOAD_BYTES: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

/// What a session's measurements are about, as its question tells.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// The question's name.
    pub question: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// The published claim that it tests.
    pub claim: &'static str,
    /// What settles it.
    pub settled_by: &'static str,
    /// The axis along which its cases lie.
    pub swept_axis: &'static str,
}

/// A session of measurements.
pub struct Session {
    topic: Topic,
    scratch: ScratchRoot,
    floors: Floors,
    yardsticks: Yardsticks,
    /// `None` where nothing is kept.
    run: Option<RunDirectory>,
    begun: Instant,
    cases: Vec<String>,
}

impl Session {
    /// A session that keeps its records in a run, or nowhere.
    ///
    /// # Errors
    /// When the yardsticks cannot be read.
    pub fn begin(
        topic: Topic,
        scratch: ScratchRoot,
        run: Option<RunDirectory>,
    ) -> Result<Self, RunnerError> {
        let (floors, yardsticks) = (Floors::new(scratch.path())?, Yardsticks::open()?);
        // Of processes that kept their records in the same run.
        let mut known = run.as_ref().map_or(Ok(Vec::new()), RunDirectory::questions)?;
        known.retain(|question| question.name == topic.question);
        let cases = known.pop().map_or_else(Vec::new, |question| question.cases);
        let begun = Instant::now();
        Ok(Self { topic, scratch, floors, yardsticks, run, begun, cases })
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

    /// Reads both yardsticks.
    ///
    /// # Errors
    /// What the disk or SQLite answers.
    pub fn read_yardsticks(&mut self) -> Result<Reading, RunnerError> {
        self.yardsticks.read(&mut self.floors, Some(FLOOR_PAYLOAD_BYTES))
    }

    /// Keeps a record, where records are kept, and tells of its case in the question.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&mut self, record: &RunRecord) -> Result<(), RunnerError> {
        let Some(run) = &self.run else { return Ok(()) };
        run.write_record(record)?;
        if !self.cases.contains(&record.case.id) {
            self.cases.push(record.case.id.clone());
        }
        run.write_question(&self.question())?;
        Ok(())
    }

    /// Its question as far as it has come.
    pub fn question(&self) -> QuestionRecord {
        let Topic { question, asks, claim, settled_by, swept_axis } = self.topic;
        QuestionRecord {
            schema_version: SCHEMA_VERSION,
            name: question.to_string(),
            asks: asks.to_string(),
            claim: claim.to_string(),
            settled_by: settled_by.to_string(),
            swept_axis: swept_axis.to_string(),
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

/// The floor beside a measurement that is no row of pieces, and so has no share of it.
pub fn floor_record(readings: &[Reading]) -> Option<FloorRecord> {
    yardstick::floor_record(readings, FLOOR_PAYLOAD_BYTES, &Pairs::of_pieces(&[]), None)
}
