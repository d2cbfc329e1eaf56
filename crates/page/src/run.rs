//! A run as it was read.

use std::path::{Path, PathBuf};

use measure::record::RunRecord;
use report::ReportError;
use report::evidence::Evidence;
use report::model::QuestionModel;

use crate::subject::Subject;

/// What a run's folder holds.
pub(crate) struct Stored {
    folder: PathBuf,
    evidence: Vec<Evidence>,
}

/// One run's evidence, with its models.
pub(crate) struct Run<'stored> {
    pub(crate) folder: &'stored Path,
    pub(crate) evidence: &'stored [Evidence],
    pub(crate) models: Vec<QuestionModel<'stored>>,
}

impl Stored {
    pub(crate) fn read(folder: &Path) -> Result<Self, ReportError> {
        Ok(Self { folder: folder.to_owned(), evidence: Evidence::read(folder)? })
    }

    pub(crate) fn run(&self) -> Run<'_> {
        let models = self.evidence.iter().map(QuestionModel::of).collect();
        Run { folder: &self.folder, evidence: &self.evidence, models }
    }
}

impl<'stored> Run<'stored> {
    /// Every question of it, also one in which nothing was measured.
    pub(crate) fn subjects(&self) -> Vec<Subject<'_>> {
        self.models.iter().map(|model| Subject { evidence: model.evidence, model }).collect()
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &'stored RunRecord> {
        self.evidence.iter().flat_map(|evidence| &evidence.records)
    }

    /// The record that was begun first.
    pub(crate) fn first(&self) -> Option<&'stored RunRecord> {
        self.records().min_by_key(|record| record.started_utc)
    }
}
