//! The front page shows what the reference run says, and nothing that somebody typed.

use std::path::Path;

#[test]
fn the_headline_is_that_of_the_reference_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Err(stale) = report::front_page::check(root, "README.md") {
        panic!("{stale}");
    }
}
