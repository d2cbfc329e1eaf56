//! `findings.json`: every contrast of a run, judged.

use std::collections::BTreeSet;
use std::path::Path;

use measure::record::ContrastRecord;
use serde::{Deserialize, Serialize};

use super::comparison::{CrossingFinding, SetFinding, TrendFinding};
use super::error::JudgementError;
use super::finding::Finding;
use crate::atomic_file;
use crate::power_cut::CasePowerCut;

/// The version of the schema; it grows when a field changes its name, unit or meaning.
pub const FINDINGS_SCHEMA_VERSION: u32 = 1;

/// What `findings.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    schema_version: u32,
    rows: Vec<Finding>,
    /// Empty in files from before it was stored.
    #[serde(default)]
    not_judged: Vec<NotJudged>,
    /// As `not_judged`.
    #[serde(flatten)]
    comparisons: Comparisons,
    /// As `not_judged`.
    #[serde(default)]
    power_cuts: Vec<CasePowerCut>,
}

/// What is told beside contrasts; empty in files from before it was stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparisons {
    /// How a time changes along an axis.
    pub trends: Vec<TrendFinding>,
    /// Where along an axis the better of two cases changes.
    pub crossings: Vec<CrossingFinding>,
    /// Which case of a set is the best or the worst.
    pub sets: Vec<SetFinding>,
}

/// A declared contrast that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotJudged {
    /// What the question declares.
    #[serde(flatten)]
    pub contrast: ContrastRecord,
    /// Why it was not judged.
    pub reason: String,
}

impl Findings {
    /// The findings of a run, in the order given.
    ///
    /// # Errors
    /// [`JudgementError::Twice`] where two have one key: another run could not be matched with them.
    pub fn new(rows: Vec<Finding>) -> Result<Self, JudgementError> {
        let mut keys = BTreeSet::new();
        if let Some(row) = rows.iter().find(|row| !keys.insert(&row.key)) {
            return Err(JudgementError::Twice { contrast: Box::new(row.key.clone()) });
        }
        Ok(Self {
            schema_version: FINDINGS_SCHEMA_VERSION,
            rows,
            not_judged: Vec::new(),
            comparisons: Comparisons::default(),
            power_cuts: Vec::new(),
        })
    }

    /// The same with what could not be judged.
    #[must_use]
    pub fn with_not_judged(self, not_judged: Vec<NotJudged>) -> Self {
        Self { not_judged, ..self }
    }

    /// The same with what is told beside contrasts.
    #[must_use]
    pub fn with_comparisons(self, comparisons: Comparisons) -> Self {
        Self { comparisons, ..self }
    }

    /// The same with what a power cut takes from each case.
    #[must_use]
    pub fn with_power_cuts(self, power_cuts: Vec<CasePowerCut>) -> Self {
        Self { power_cuts, ..self }
    }

    /// What a power cut takes from each case.
    #[must_use]
    pub fn power_cuts(&self) -> &[CasePowerCut] {
        &self.power_cuts
    }

    /// Trends, crossings and sets.
    #[must_use]
    pub fn comparisons(&self) -> &Comparisons {
        &self.comparisons
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Finding] {
        &self.rows
    }

    /// The declared contrasts that could not be judged.
    #[must_use]
    pub fn not_judged(&self) -> &[NotJudged] {
        &self.not_judged
    }

    /// Writes the file; a reader sees the old one or the new one.
    ///
    /// # Errors
    /// [`JudgementError`] naming the file.
    pub fn write(&self, path: &Path) -> Result<(), JudgementError> {
        let text =
            serde_json::to_string_pretty(self).map_err(JudgementError::not_findings(path))?;
        Ok(atomic_file::replace(path, &(text + "\n"))?)
    }

    /// Reads a file. The version comes first, because another one's fields would only confuse.
    ///
    /// # Errors
    /// [`JudgementError`] naming the file, where it is missing, is no JSON of this schema, or is of another version.
    pub fn read(path: &Path) -> Result<Self, JudgementError> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Versioned {
            schema_version: u32,
        }
        let text = std::fs::read_to_string(path)
            .map_err(|source| JudgementError::Read { path: path.to_owned(), source })?;
        let Versioned { schema_version: got } =
            serde_json::from_str(&text).map_err(JudgementError::not_findings(path))?;
        if got != FINDINGS_SCHEMA_VERSION {
            let (path, expected) = (path.to_owned(), FINDINGS_SCHEMA_VERSION);
            return Err(JudgementError::SchemaVersion { path, expected, got });
        }
        let read: Self = serde_json::from_str(&text).map_err(JudgementError::not_findings(path))?;
        let findings = Self::new(read.rows)?.with_not_judged(read.not_judged);
        Ok(findings.with_comparisons(read.comparisons).with_power_cuts(read.power_cuts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::Class;
    use crate::judgement::test_findings::{finding, key, plain_finding};

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("findings.json");
        let rows =
            vec![finding("a", 1.3, 0.02), finding("b", 1.0, 0.01), plain_finding("c", 1.1, 2.0)];
        let contrast = ContrastRecord { key: key("gone"), class: Class::Disk };
        let not_judged = vec![NotJudged { contrast, reason: "gone was not measured".into() }];
        let findings = Findings::new(rows).unwrap().with_not_judged(not_judged);
        findings.write(&path).unwrap();
        assert_eq!(Findings::read(&path).unwrap(), findings);
    }

    /// A renamed field is another schema: change this text only together with [`FINDINGS_SCHEMA_VERSION`], or where a
    /// field was added.
    #[test]
    fn the_fields_keep_their_names() {
        let text =
            serde_json::to_value(Findings::new(vec![finding("a", 1.3, 0.02)]).unwrap()).unwrap();
        let row = &text["rows"][0];
        let expected = [
            "axis",
            "baseline",
            "blocks",
            "case",
            "class",
            "comparisons",
            "could_have_seen",
            "degrees",
            "factor",
            "interval_90",
            "interval_95",
            "interval_99",
            "kind",
            "metric",
            "prior",
            "question",
            "standard_error",
            "undecided_because",
            "verdict",
        ];
        let names: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        let missing: Vec<&&str> = expected.iter().filter(|name| !names.contains(name)).collect();
        assert_eq!((names.len(), missing), (expected.len(), vec![]), "{names:?}");
        assert_eq!(text["schema_version"], 1);
        assert_eq!(row["kind"], "one_factor_alone");
        assert_eq!(row["verdict"]["differs"]["direction"], "longer");
    }

    #[test]
    fn a_newer_schema_is_refused_before_its_fields_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("findings.json");
        std::fs::write(&path, r#"{"schema_version": 2, "rows": "another form"}"#).unwrap();
        let error = Findings::read(&path).unwrap_err();
        assert!(
            matches!(error, JudgementError::SchemaVersion { expected: 1, got: 2, .. }),
            "{error}"
        );
        let text = error.to_string();
        assert!(text.contains("expected findings of schema version 1, got 2"), "{text}");
        assert!(text.contains("findings.json"), "{text}");
    }

    #[test]
    fn what_holds_no_findings_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("findings.json");
        assert!(matches!(Findings::read(&path), Err(JudgementError::Read { .. })));
        for text in ["", "{}", "{\"schema_version\": 1}", "{\"schema_version\": 1, \"rows\": [1]}"]
        {
            std::fs::write(&path, text).unwrap();
            let error = Findings::read(&path).unwrap_err();
            assert!(matches!(error, JudgementError::NotFindings { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn two_rows_of_one_key_are_refused() {
        let twice = vec![finding("a", 1.3, 0.02), finding("a", 1.1, 0.02)];
        assert!(matches!(Findings::new(twice), Err(JudgementError::Twice { .. })));
    }
}
