//! Which packages the release profile, and so the bench profile, optimises less than the rest.

use std::fs;
use std::path::Path;

/// The packages that have settings of their own in the release profile.
pub(crate) fn less_optimised(root: &Path) -> Vec<String> {
    names(&manifest(root), "[profile.release.package]")
}

/// What a package depends on at run time, by its manifest.
pub(crate) fn dependencies(package: &Path) -> Vec<String> {
    names(&manifest(package), "[dependencies]")
}

/// The manifest in that directory.
pub(crate) fn manifest(directory: &Path) -> String {
    fs::read_to_string(directory.join("Cargo.toml")).expect("a manifest")
}

/// The keys of a section that holds one per line. What a value that goes over several lines holds is indented.
fn names(manifest: &str, section: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != section).skip(1);
    let keys = lines.take_while(|line| !line.starts_with('[')).filter(|line| line.contains('='));
    let keys = keys.filter(|line| !line.starts_with([' ', '#']));
    keys.filter_map(|line| line.split([' ', '.', '=']).next().map(str::to_owned)).collect()
}
