//! Imports run one way inside each crate: no files import each other in a circle. Paths in documents lead somewhere, and
//! what is timed is optimised in full.

mod circles;
mod crate_files;
mod optimisation;
mod paths;
mod resolution;
mod tokens;

use std::path::{Path, PathBuf};

use circles::circles;
use crate_files::CrateFiles;
use paths::Files;

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
        faults.extend(found.iter().map(|circle| format!("{name}: {circle}")));
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

/// Crates with code that runs while something is timed. Their dependencies run then as well where nothing else is said.
const TIMED: [&str; 4] =
    ["crates/native-log", "crates/runner", "crates/write-path", "sqlite-builds"];

/// Others, by name. They also show and store, with packages that run before or after.
const ALSO_TIMED: [&str; 10] = [
    "criterion",
    "durabench",
    "fixture",
    "hdrhistogram",
    "libsqlite3-sys",
    "log-driver",
    "measure",
    "pprof",
    "rustix",
    "vote-load",
];

#[test]
fn what_is_timed_is_optimised_in_full() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let less = optimisation::less_optimised(root);
    assert!(less.contains(&"report".to_owned()), "{less:?}");
    let timed = TIMED.iter().flat_map(|package| {
        let dependencies = optimisation::dependencies(&root.join(package));
        assert!(dependencies.contains(&"thiserror".to_owned()), "{package}: {dependencies:?}");
        let name = package.trim_start_matches("crates/").to_owned();
        dependencies.into_iter().chain([name])
    });
    let timed = timed.chain(ALSO_TIMED.map(str::to_owned)).chain(["\"*\"".to_owned()]);
    let faults: Vec<String> = timed.filter(|package| less.contains(package)).collect();
    assert!(faults.is_empty(), "expected full optimisation of what is timed, got less: {faults:?}");
}

#[test]
fn bench_and_release_profile_are_equal() {
    let manifest = optimisation::manifest(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(!manifest.contains("profile.bench"), "expected what the release profile says alone");
}

#[test]
fn paths_in_documents_lead_somewhere() {
    let files = Files::below(Path::new(env!("CARGO_MANIFEST_DIR")));
    let documents: Vec<&str> = files.documents().collect();
    assert!(documents.contains(&"ARCHITECTURE.md"), "{documents:?}");
    let missing: Vec<String> = documents.iter().flat_map(|it| files.missing_in(it)).collect();
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn a_path_that_leads_nowhere_is_found() {
    let place = tempfile::tempdir().expect("a directory");
    let text = "# `src/`\n`a.rs` `b.rs` `src/c.rs` `no path.rs` [x](README.md#y) [z](gone.md)\n";
    std::fs::create_dir(place.path().join("src")).expect("a directory");
    std::fs::write(place.path().join("src/a.rs"), "").expect("a file");
    std::fs::write(place.path().join("README.md"), text).expect("a file");
    let missing = Files::below(place.path()).missing_in("README.md");
    assert_eq!(missing, ["b.rs", "src/c.rs", "gone.md"].map(|path| format!("README.md:2: {path}")));
}
