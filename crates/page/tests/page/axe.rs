//! What axe finds on the page in Chromium, where both are present: nothing serious.
//!
//! axe comes from the npm registry: `npm install --prefix target axe-core`.

use std::fs;
use std::path::Path;

use crate::PAGE;
use crate::browser::Browser;
use crate::probe::{found, with_axe};

fn axe() -> Option<String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let file = target.join("node_modules/axe-core/axe.min.js");
    let text = fs::read_to_string(&file);
    if text.is_err() {
        println!("skipped: expected axe at {}, got none", file.display());
    }
    text.ok()
}

fn checked(page: &str, axe: &str) -> Option<String> {
    let browser = Browser::with(&with_axe(page, axe))?;
    let dumped = browser.run(&[
        "--window-size=1280,900".into(),
        "--virtual-time-budget=600000".into(),
        "--dump-dom".into(),
    ]);
    Some(found(&dumped).unwrap_or("axe did not end").to_owned())
}

#[test]
fn it_finds_nothing_serious() {
    let Some(axe) = axe() else { return };
    let Some(told) = checked(&PAGE, &axe) else { return };
    assert!(told.starts_with("fine: "), "{told}");
}

#[test]
fn it_finds_what_is_planted() {
    let Some(axe) = axe() else { return };
    let page = "<!DOCTYPE html><html lang=\"en\"><head><title>t</title></head><body><main><button></button></main></body></html>";
    let Some(told) = checked(page, &axe) else { return };
    assert!(told.contains("button-name"), "{told}");
}
