//! `findings.json`: every contrast of a run, judged.

use std::path::Path;

use measure::record::ContrastRecord;
use serde::{Deserialize, Serialize};

use super::comparison::{CrossingFinding, SetFinding, TrendFinding};
use super::finding::Finding;
use crate::atomic_file;
use crate::error::ReportError;
use crate::power_cut::CasePowerCut;

/// The version of the schema; it grows when a field changes its name, unit or meaning.
pub const FINDINGS_SCHEMA_VERSION: u32 = 1;

/// What `findings.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// [`FINDINGS_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The contrasts that were judged; no two have one key, by which another run is matched with them.
    pub rows: Vec<Finding>,
    /// The declared contrasts that could not be judged; empty in files from before it was stored.
    #[serde(default)]
    pub not_judged: Vec<NotJudged>,
    /// Trends, crossings and sets; as `not_judged`.
    #[serde(flatten)]
    pub comparisons: Comparisons,
    /// What a power cut takes from each case; as `not_judged`.
    #[serde(default)]
    pub power_cuts: Vec<CasePowerCut>,
}

impl Findings {
    /// Writes the file; a reader sees the old one or the new one.
    ///
    /// # Errors
    /// [`ReportError::Write`] naming the file.
    ///
    /// # Panics
    /// Never: names and numbers have a form in JSON.
    pub fn write(&self, path: &Path) -> Result<(), ReportError> {
        let text = serde_json::to_string_pretty(self).expect("numbers under names");
        atomic_file::replace(path, &(text + "\n"))
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::Class;
    use crate::judgement::made_up_tests::{finding, key, plain_finding};

    fn findings(rows: Vec<Finding>) -> Findings {
        let contrast = ContrastRecord { key: key("gone"), class: Class::Disk };
        let not_judged = vec![NotJudged { contrast, reason: "gone was not measured".into() }];
        let (schema_version, comparisons) = (FINDINGS_SCHEMA_VERSION, Comparisons::default());
        Findings { schema_version, rows, not_judged, comparisons, power_cuts: Vec::new() }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("findings.json");
        let rows =
            vec![finding("a", 1.3, 0.02), finding("b", 1.0, 0.01), plain_finding("c", 1.1, 2.0)];
        let findings = findings(rows);
        findings.write(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(serde_json::from_str::<Findings>(&text).unwrap(), findings);
    }

    /// A renamed field is another schema: change this text only together with [`FINDINGS_SCHEMA_VERSION`], or where a
    /// field was added.
    #[test]
    fn the_fields_keep_their_names() {
        let text = serde_json::to_value(findings(vec![finding("a", 1.3, 0.02)])).unwrap();
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
        assert_eq!(row["prior"]["degrees"]["finite"], 13.0);
    }
}
