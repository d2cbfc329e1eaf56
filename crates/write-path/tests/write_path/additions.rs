//! How many files an addition touches, as CONTRIBUTING.md promises: counted for some that are there.

use std::fs;
use std::path::Path;

/// The files below `src` whose code has any of these words.
fn files_with(words: &[&str]) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut directories = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if mentions(&fs::read_to_string(&path).unwrap(), words) {
                found.push(path.strip_prefix(&root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// Whether any of the words stands outside of a comment's lines.
fn mentions(source: &str, words: &[&str]) -> bool {
    let mut code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.any(|line| words.iter().any(|word| line.contains(word)))
}

#[test]
fn a_pragma_touches_two_files() {
    for words in [["temp_store", "TempStore"], ["journal_size_limit", "JournalSizeLimit"]] {
        assert_eq!(files_with(&words), ["sqlite/engine.rs", "sqlite/pragma.rs"], "{words:?}");
    }
}

#[test]
fn a_table_shape_touches_one_file() {
    for shape in ["VotesAutoincrement", "VotesWithoutRowid", "EventsUnindexed"] {
        assert_eq!(files_with(&[shape]), ["sqlite/table/shapes.rs"], "{shape}");
    }
}

#[test]
fn an_engine_touches_its_module_and_the_list_of_modules() {
    assert_eq!(files_with(&["null::", "mod null", "NullSpec", "NullPath"]), ["lib.rs", "null.rs"]);
    let of_shards = files_with(&["sharded::", "mod sharded", "ShardedSpec", "ShardedPath"]);
    let others: Vec<&String> =
        of_shards.iter().filter(|file| !file.starts_with("sharded")).collect();
    assert_eq!(others, ["lib.rs"]);
}
