//! The documents show what the reference run says, and nothing that somebody typed.

use std::path::Path;

use report::documents::{DOCUMENTS, check};

#[test]
fn every_section_is_that_of_the_reference_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Err(stale) = check(root, &DOCUMENTS) {
        panic!("{stale}");
    }
}
