//! A run as it was read.

use std::path::{Path, PathBuf};

use measure::record::RunRecord;
use report::ReportError;
use report::evidence::Evidence;
use report::model::QuestionModel;

use crate::subject::Subject;

/// One run's evidence, with its models.
pub(crate) struct Run {
    pub(crate) folder: PathBuf,
    evidence: Vec<Evidence>,
    models: Vec<QuestionModel>,
}

impl Run {
    pub(crate) fn read(folder: &Path) -> Result<Self, ReportError> {
        Ok(Self::of(folder, Evidence::read(folder)?))
    }

    pub(crate) fn of(folder: &Path, evidence: Vec<Evidence>) -> Self {
        let models = evidence.iter().map(QuestionModel::of).collect();
        Self { folder: folder.to_owned(), evidence, models }
    }

    pub(crate) fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    pub(crate) fn models(&self) -> &[QuestionModel] {
        &self.models
    }

    /// Every question of it, also one in which nothing was measured.
    pub(crate) fn subjects(&self) -> Vec<Subject<'_>> {
        let both = self.evidence.iter().zip(&self.models);
        both.map(|(evidence, model)| Subject { evidence, model }).collect()
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &RunRecord> {
        self.evidence.iter().flat_map(|evidence| &evidence.records)
    }

    /// The record that was begun first.
    pub(crate) fn first(&self) -> Option<&RunRecord> {
        self.records().min_by_key(|record| record.started_utc)
    }
}
