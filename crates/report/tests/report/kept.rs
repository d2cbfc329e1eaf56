//! The runs that are kept with the project, read once: they are large.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use report::ReportError;
use report::evidence::Evidence;
use report::power_cut::CasePowerCut;

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
        let is_old =
            |error: &ReportError| error.to_string().contains("got one of the first design");
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

/// At least four fifths of the cases that a run has by default have a verdict on power cuts.
#[test]
fn most_cases_of_each_run_have_a_verdict_on_power_cuts() {
    for run in kept_runs() {
        let cuts = CasePowerCut::of_run(run);
        let is_open = |cut: &&CasePowerCut| cut.class == "not_examined";
        let open: Vec<&str> = cuts.iter().filter(is_open).map(|cut| cut.case.as_str()).collect();
        assert!(cuts.len() >= 200, "{}", cuts.len());
        assert!(open.len() * 5 <= cuts.len(), "{} of {}: {open:?}", open.len(), cuts.len());
        // What has a verdict says what was tried for it.
        let tried = cuts.iter().filter(|cut| cut.class != "not_examined");
        assert!(tried.clone().all(|cut| cut.states.values().sum::<u64>() > 0));
        // The path that `vote` recommends is among them.
        assert!(tried.clone().any(|cut| cut.question == "vote" && cut.case.starts_with("tuned/")));
    }
}
