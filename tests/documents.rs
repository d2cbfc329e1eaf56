//! The documents show what the reference run says, and nothing that somebody typed.

use std::fs;
use std::path::Path;

use page::kept_charts;
use report::documents::{DOCUMENTS, check, reference_run};

#[test]
fn every_section_and_chart_is_that_of_the_reference_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = root.join(reference_run(root, &DOCUMENTS).unwrap());
    let charts = kept_charts(&run).unwrap();
    assert_eq!(charts.len(), 2, "{charts:?}");
    if let Err(stale) = check(root, &DOCUMENTS, &charts) {
        panic!("{stale}");
    }
    for (file, svg) in charts.iter().flat_map(|chart| &chart.files) {
        let is_there = fs::read_to_string(run.join(file)).is_ok_and(|there| there == *svg);
        assert!(is_there, "{file}: expected the run's chart, got another; run durabench reference");
    }
}
