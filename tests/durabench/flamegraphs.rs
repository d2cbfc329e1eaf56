//! `scripts/flamegraphs`, with something in the place of cargo.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Knows two benches, of which `one` has the case `one/a/1` and `two` the case `two/b/1`. As the fixture does, it fails
/// where a bench that is named has no case that matches.
const CARGO: &str = r#"#!/bin/sh
if [ "$1" = metadata ]; then echo "{\"target_directory\":\"$PLACE/target\"}"; exit; fi
bench=$3
case $bench in one) id=one/a/1 ;; *) id=two/b/1 ;; esac
for filter in "$@"; do :; done
case $filter in --list | [0-9]*) filter=. ;; esac
echo "$id" | grep -q "$filter" || { [ "$5" = --list ]; exit; }
case $5 in
    --list) echo "$id: benchmark" ;;
    *)
        mkdir -p "$CRITERION_HOME/$id/profile"
        echo "<text id=\"title\">$id: cpu, 3 samples</text>" >"$CRITERION_HOME/$id/profile/flamegraph.svg"
        echo "main;work 3" >"$CRITERION_HOME/$id/profile/flamegraph.folded"
        ;;
esac
"#;

fn script(place: &Path, arguments: &[&str]) -> Output {
    let path = format!("{}:{}", place.join("bin").display(), std::env::var("PATH").unwrap());
    Command::new(place.join("scripts/flamegraphs"))
        .args(arguments)
        .env("PATH", path)
        .env("PLACE", place)
        .output()
        .unwrap()
}

#[test]
fn benches_that_a_filter_does_not_mean_are_no_failures() {
    let place = TempDir::new().unwrap();
    for directory in ["bin", "benches", "scripts"] {
        fs::create_dir(place.path().join(directory)).unwrap();
    }
    for bench in ["micro", "one", "two"] {
        fs::write(place.path().join("benches").join(bench).with_extension("rs"), "").unwrap();
    }
    let executable = |path: &Path, text: &str| {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    executable(&place.path().join("bin/cargo"), CARGO);
    let flamegraphs = include_str!("../../scripts/flamegraphs");
    executable(&place.path().join("scripts/flamegraphs"), flamegraphs);
    let output = script(place.path(), &["--seconds", "2", "^one/a"]);
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("1 new flamegraphs, 1 in all: "), "{said}");
    let output = script(place.path(), &["--seconds", "2", "nothing"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "flamegraphs: no case was profiled; does FILTER match an id?\n");
}
