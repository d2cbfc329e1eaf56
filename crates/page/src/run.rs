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
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) models: Vec<QuestionModel>,
}

impl Run {
    pub(crate) fn read(folder: &Path) -> Result<Self, ReportError> {
        let evidence = Evidence::read(folder)?;
        let models = evidence.iter().map(QuestionModel::of).collect();
        Ok(Self { folder: folder.to_owned(), evidence, models })
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
