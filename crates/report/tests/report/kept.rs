//! The runs that are kept with the project, read once: they are large.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use report::ReportError;
use report::evidence::Evidence;

/// Every folder of `reports/` with a run.
fn folders() -> Vec<PathBuf> {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
    let folders = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.join("run.json").is_file()).collect()
}

/// The questions of each run of the present design.
pub(crate) fn kept_runs() -> &'static [Vec<Evidence>] {
    static RUNS: OnceLock<Vec<Vec<Evidence>>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let is_old = |error: &ReportError| matches!(error, ReportError::FirstDesign { .. });
        let read = |run: PathBuf| match Evidence::read(&run) {
            Err(error) if is_old(&error) => None,
            read => Some(read.unwrap()),
        };
        folders().into_iter().filter_map(read).collect()
    })
}

#[test]
fn a_run_of_the_first_design_says_which_revision_shows_it() {
    let refused: Vec<String> = folders()
        .iter()
        .filter_map(|run| Evidence::read(run).err())
        .map(|it| it.to_string())
        .collect();
    let [only] = refused.as_slice() else { panic!("expected one such run, got {refused:?}") };
    assert!(only.contains("got one of the first design; durabench at revision f6a9c56"), "{only}");
}
