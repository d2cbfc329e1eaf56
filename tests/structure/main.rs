//! Imports run one way inside each crate: no files import each other in a circle.

mod circles;
mod crate_files;
mod resolution;
mod tokens;

use std::path::{Path, PathBuf};

use circles::circles;
use crate_files::CrateFiles;

/// Crates that are not free of circles yet, and why. One that has become free must leave the list.
const NOT_YET: [(&str, &str); 1] = [("crates/log-driver/src", "its session takes it apart")];

/// Every directory of sources, and the file of its root module.
fn source_directories(root: &Path) -> Vec<(PathBuf, &'static str)> {
    let members = root.join("crates").read_dir().expect("the directory of the crates");
    let members = members.map(|entry| entry.expect("an entry").path());
    let packages = members.chain([root.to_owned(), root.join("sqlite-builds")]);
    let sources = packages.map(|package| package.join("src"));
    let mut directories: Vec<(PathBuf, &str)> = sources
        .flat_map(|sources| ["lib.rs", "main.rs"].map(|file| (sources.clone(), file)))
        .chain([(root.join("sqlite-builds/build"), "main.rs")])
        .filter(|(sources, file)| sources.join(file).is_file())
        .collect();
    directories.sort();
    directories
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    for (directory, root_file) in source_directories(root) {
        let name = directory.strip_prefix(root).expect("below the root").display().to_string();
        let files = CrateFiles::read(&directory, root_file);
        let found = circles(&files);
        let reason = NOT_YET.iter().find(|(listed, _)| *listed == name);
        match reason {
            None => faults.extend(found.iter().map(|circle| format!("{name}: {circle}"))),
            Some(_) if found.is_empty() => {
                faults.push(format!("{name} has no circle any more: take it out of `NOT_YET`"));
            }
            Some(_) => {}
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn sources_are_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = source_directories(root);
    for expected in ["src", "crates/runner/src", "sqlite-builds/src", "sqlite-builds/build"] {
        let expected = root.join(expected);
        assert!(found.iter().any(|(found, _)| *found == expected), "{}", expected.display());
    }
}
