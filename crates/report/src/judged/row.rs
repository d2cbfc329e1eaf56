//! What is judged of a question, as data.

use std::collections::BTreeSet;

use measure::record::{AskedRecord, ComparisonKey, ContrastKey, ContrastRecord};

use super::names::Names;
use crate::judgement::{Comparisons, Finding, NotJudged, WhyNotJudged};

/// What a question compares, judged, in the order in which it declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// A row for each contrast; then for each trend, for pairs of crossings that are no contrast of their own, and for
    /// each case of a set but the chosen one.
    pub rows: Vec<JudgedRow>,
    /// Trends, crossings and sets.
    pub comparisons: Comparisons,
    /// What the answer tells.
    pub headlines: Vec<ComparisonKey>,
    /// What cases are called.
    pub names: Names,
    /// What somebody asked and contrasts answer.
    pub asked: Vec<AskedRecord>,
}

/// One declared contrast.
#[derive(Clone, Debug, PartialEq)]
pub enum JudgedRow {
    /// It was judged.
    Judged(Box<Finding>),
    /// It could not be.
    NotJudged(NotJudged),
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
    pub fn not_judged(&self) -> impl Iterator<Item = &NotJudged> {
        self.rows.iter().filter_map(|row| match row {
            JudgedRow::Judged(_) => None,
            JudgedRow::NotJudged(row) => Some(row),
        })
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
        match self {
            Self::Judged(finding) => Some(finding),
            Self::NotJudged(_) => None,
        }
    }

    /// What is compared.
    #[must_use]
    pub fn key(&self) -> &ContrastKey {
        match self {
            Self::Judged(finding) => &finding.key,
            Self::NotJudged(row) => &row.contrast.key,
        }
    }

    /// What the question declares.
    fn declared(&self) -> ContrastRecord {
        match self {
            Self::Judged(it) => ContrastRecord { key: it.key.clone(), class: it.class },
            Self::NotJudged(row) => row.contrast.clone(),
        }
    }

    pub(super) fn of(contrast: &ContrastRecord, judged: Result<Finding, WhyNotJudged>) -> Self {
        match judged {
            Ok(finding) => Self::Judged(Box::new(finding)),
            Err(WhyNotJudged(reason)) => {
                Self::NotJudged(NotJudged { contrast: contrast.clone(), reason })
            }
        }
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
    pub(super) fn add(&mut self, row: JudgedRow) -> bool {
        let is_new = self.keys.insert(row.key().clone());
        let twice = || WhyNotJudged("the question declares it twice".to_owned());
        self.rows.push(if is_new { row } else { JudgedRow::of(&row.declared(), Err(twice())) });
        is_new
    }
}
