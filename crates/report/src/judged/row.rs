//! What is judged of a question, as data.

use std::collections::BTreeSet;

use measure::record::{AskedRecord, ContrastKey, ContrastRecord};

use super::names::Names;
use crate::judgement::{Comparisons, Finding, WhyNotJudged};

/// What a question compares, judged, in the order in which it declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// A row for each contrast; then for each trend, for pairs of crossings that are no contrast of their own, and for
    /// each case of a set but the chosen one.
    pub rows: Vec<JudgedRow>,
    /// Trends, crossings and sets.
    pub comparisons: Comparisons,
    /// The answer: at most three sentences.
    pub sentences: Vec<String>,
    /// The contrasts whose figures stand in it.
    pub cited: Vec<ContrastKey>,
    /// What cases are called.
    pub names: Names,
    /// What somebody asked and contrasts answer.
    pub asked: Vec<AskedRecord>,
}

/// One declared contrast.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedRow {
    /// What the question declares.
    pub contrast: ContrastRecord,
    /// What it says; or why it could not be judged.
    pub judged: Result<Finding, WhyNotJudged>,
}

impl Judged {
    /// Whether nothing is compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.comparisons == Comparisons::default()
    }

    /// Those that were judged.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.rows.iter().filter_map(JudgedRow::finding)
    }

    /// Those that could not be, and why.
    pub fn not_judged(&self) -> impl Iterator<Item = (&ContrastRecord, &WhyNotJudged)> {
        self.rows.iter().filter_map(|row| Some((&row.contrast, row.judged.as_ref().err()?)))
    }

    /// The row of a contrast.
    #[must_use]
    pub fn row(&self, key: &ContrastKey) -> Option<&JudgedRow> {
        self.rows.iter().find(|row| row.key() == key)
    }
}

impl JudgedRow {
    /// The finding, where there is one.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        self.judged.as_ref().ok()
    }

    /// What is compared.
    #[must_use]
    pub fn key(&self) -> &ContrastKey {
        &self.contrast.key
    }
}

/// Rows of which no two have one key: two runs are matched by it.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<JudgedRow>,
    keys: BTreeSet<ContrastKey>,
}

impl Rows {
    /// Adds a row, and says whether its key is new; one that is not is told so.
    pub(super) fn add(&mut self, mut row: JudgedRow) -> bool {
        let is_new = self.keys.insert(row.key().clone());
        if !is_new {
            row.judged = Err(WhyNotJudged("the question declares it twice".to_owned()));
        }
        self.rows.push(row);
        is_new
    }
}
