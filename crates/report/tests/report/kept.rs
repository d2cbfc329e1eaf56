//! The runs that are kept with the project, read once: they are large.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use report::evidence::Evidence;

/// The questions of each.
pub(crate) fn kept_runs() -> &'static [Vec<Evidence>] {
    static RUNS: OnceLock<Vec<Vec<Evidence>>> = OnceLock::new();
    RUNS.get_or_init(|| {
        let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reports");
        let folders = fs::read_dir(reports).unwrap().map(|entry| entry.unwrap().path());
        let runs = folders.filter(|path| path.join("run.json").is_file());
        runs.map(|run| Evidence::read(&run).unwrap()).collect()
    })
}
