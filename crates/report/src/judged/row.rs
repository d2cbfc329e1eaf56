//! What is judged of a question, as data.

use measure::record::{AskedRecord, ComparisonKey, ContrastKey, ContrastRecord};

use super::names::Names;
use super::why_not::WhyNotJudged;
use crate::judgement::{Comparisons, Finding};

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
    NotJudged {
        /// What the question declares.
        contrast: ContrastRecord,
        /// Why not.
        why: WhyNotJudged,
    },
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
        self.rows.iter().filter_map(|row| match row {
            JudgedRow::Judged(_) => None,
            JudgedRow::NotJudged { contrast, why } => Some((contrast, why)),
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
            Self::NotJudged { .. } => None,
        }
    }

    /// What is compared.
    #[must_use]
    pub fn key(&self) -> &ContrastKey {
        match self {
            Self::Judged(finding) => &finding.key,
            Self::NotJudged { contrast, .. } => &contrast.key,
        }
    }

    /// The row of something whose key another row has.
    pub(super) fn declared_twice(self) -> Self {
        let contrast = match self {
            Self::Judged(finding) => ContrastRecord { key: finding.key, class: finding.class },
            Self::NotJudged { contrast, .. } => contrast,
        };
        Self::NotJudged { contrast, why: WhyNotJudged::DeclaredTwice }
    }

    pub(super) fn of(contrast: &ContrastRecord, judged: Result<Finding, WhyNotJudged>) -> Self {
        match judged {
            Ok(finding) => Self::Judged(Box::new(finding)),
            Err(why) => Self::NotJudged { contrast: contrast.clone(), why },
        }
    }
}
