//! What a run stored about each of its questions.

mod unlike;

use std::path::Path;

use measure::record::{InstructionCounts, QuestionRecord, RunRecord};
use measure::run::{read_instruction_counts, read_questions, read_run};

use crate::error::ReportError;
pub use unlike::Unlike;
pub(crate) use unlike::{revision, unlike, unlike_beside_revisions};

/// Everything that one run stored about one question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The question's name.
    pub name: String,
    /// The question as its last process put it; `None` when that process ended before it wrote it down.
    pub question: Option<QuestionRecord>,
    /// One record for each case that was measured, in the question's order. Of a case that was measured
    /// more than once in the run it is the last one.
    pub records: Vec<RunRecord>,
    /// The ids of cases that were measured more than once, and how often.
    pub repeated: Vec<(String, usize)>,
    /// Instructions that were counted beside the run, for whatever question has the same work.
    pub instructions: Option<InstructionCounts>,
}

impl Evidence {
    /// Reads a run's directory: one piece of evidence for each question, in the order in which the run put
    /// them.
    ///
    /// # Errors
    /// [`ReportError::Run`] naming the first file that cannot be read, [`ReportError::Refused`] of a run that was
    /// measured before there were blocks.
    pub fn read(run: &Path) -> Result<Vec<Self>, ReportError> {
        let mut gathered = Self::gather(read_questions(run)?, read_run(run)?);
        if let Some(first) = gathered.iter().find(|evidence| evidence.is_of_first_design()) {
            let git = first.records.iter().find_map(|record| record.git.as_ref());
            let revision = git.map_or("that measured it", |git| &git.revision_short).to_owned();
            let what = format!(
                "expected a run in randomized blocks, got one of the first design; durabench at revision {revision} shows it"
            );
            return Err(ReportError::refused(run, what));
        }
        let instructions = read_instruction_counts(run)?;
        gathered.iter_mut().for_each(|evidence| evidence.instructions.clone_from(&instructions));
        Ok(gathered)
    }

    /// Sorts questions and records into one piece of evidence for each question.
    #[must_use]
    pub fn gather(questions: Vec<QuestionRecord>, records: Vec<RunRecord>) -> Vec<Self> {
        let mut gathered: Vec<Self> = Vec::new();
        for question in questions {
            let evidence = entry(&mut gathered, &question.name);
            evidence.question = Some(question);
        }
        for record in records {
            entry(&mut gathered, &record.question).take(record);
        }
        gathered.iter_mut().for_each(Self::order);
        // A question in which nothing was measured has no time of its own, and comes last.
        gathered.sort_by_key(|evidence| {
            let begun = evidence.records.iter().map(|record| record.started_utc).min();
            (begun.is_none(), begun)
        });
        gathered
    }

    /// The record of a case, if it was measured.
    #[must_use]
    pub fn case(&self, id: &str) -> Option<&RunRecord> {
        self.records.iter().find(|record| record.case.id == id)
    }

    /// The day on which its first case was begun, as `2026-11-28`; `None` without a case.
    pub(crate) fn day(&self) -> Option<String> {
        let begun = self.records.iter().map(|record| record.started_utc).min()?.to_string();
        begun.split('T').next().map(str::to_owned)
    }

    /// The axis whose values are the cases' parameters, as far as the run tells it.
    #[must_use]
    pub fn swept_axis(&self) -> Option<&str> {
        self.question.as_ref().map(|question| question.swept_axis.as_str())
    }

    /// Since there are blocks, a question says which columns its table has.
    fn is_of_first_design(&self) -> bool {
        self.question.as_ref().is_some_and(|question| question.columns.is_none())
    }

    fn take(&mut self, record: RunRecord) {
        let known = self.records.iter().position(|known| known.case.id == record.case.id);
        let Some(known) = known else {
            self.records.push(record);
            return;
        };
        let id = &record.case.id;
        match self.repeated.iter_mut().find(|(repeated, _)| repeated == id) {
            Some((_, times)) => *times += 1,
            None => self.repeated.push((id.clone(), 2)),
        }
        if record.started_utc >= self.records[known].started_utc {
            self.records[known] = record;
        }
    }

    /// Brings the records into the question's order; what it does not list comes last, as it was measured.
    fn order(&mut self) {
        let listed = self.question.as_ref().map_or(&[][..], |question| &question.cases);
        self.records.sort_by_key(|record| {
            let place = listed.iter().position(|id| *id == record.case.id);
            (place.unwrap_or(usize::MAX), record.started_utc)
        });
    }
}

fn entry<'all>(gathered: &'all mut Vec<Evidence>, name: &str) -> &'all mut Evidence {
    let place = gathered.iter().position(|evidence| evidence.name == name);
    let place = place.unwrap_or_else(|| {
        gathered.push(Evidence { name: name.to_owned(), ..Evidence::default() });
        gathered.len() - 1
    });
    &mut gathered[place]
}
