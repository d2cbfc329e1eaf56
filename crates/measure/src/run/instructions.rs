//! Instruction counts as a file beside a run's questions.

use std::path::Path;

use super::RunError;
use super::files::read_versioned;
use crate::record::InstructionCounts;

/// The file's name in a run's directory.
pub const INSTRUCTION_COUNTS_FILE: &str = "instruction-counts.json";

/// Reads what was counted beside a run; `None` where nothing was.
///
/// # Errors
/// [`RunError`] naming the file when it is not of this schema.
pub fn read_instruction_counts(run: &Path) -> Result<Option<InstructionCounts>, RunError> {
    let file = run.join(INSTRUCTION_COUNTS_FILE);
    if !file.exists() {
        return Ok(None);
    }
    read_versioned(&file, "instruction counts").map(Some)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const COUNTS: &str = r#"{
        "schema_version": 1,
        "counter": "valgrind-3.24.0, callgrind",
        "counts": [{
            "build": "lean", "workload": "votes", "table": "indexed", "task": "write",
            "instructions_per_record": 7123.5
        }],
        "uncounted": [{ "build": "lean-native", "reason": "an instruction is unknown to it" }]
    }"#;

    #[test]
    fn counts_are_read_as_the_script_writes_them() {
        let run = tempfile::tempdir().unwrap();
        assert_eq!(read_instruction_counts(run.path()).unwrap(), None);
        fs::write(run.path().join(INSTRUCTION_COUNTS_FILE), COUNTS).unwrap();
        let counts = read_instruction_counts(run.path()).unwrap().unwrap();
        assert_eq!(counts.counts[0].build, "lean");
        assert_eq!(counts.counts[0].instructions_per_record, 7123.5);
        assert_eq!(counts.uncounted[0].reason, "an instruction is unknown to it");
    }

    #[test]
    fn another_schema_is_refused_by_name() {
        let run = tempfile::tempdir().unwrap();
        fs::write(run.path().join(INSTRUCTION_COUNTS_FILE), COUNTS.replace("1,", "99,")).unwrap();
        let refusal = read_instruction_counts(run.path()).unwrap_err().to_string();
        assert!(refusal.contains(INSTRUCTION_COUNTS_FILE) && refusal.contains("99"), "{refusal}");
    }
}
