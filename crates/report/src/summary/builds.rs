//! The `SQLite` builds of a run: how large each is, what it says of itself, and how to get it at home.

use measure::record::{RunRecord, SqliteRecord};

use crate::quantity;
use crate::take_home::TakeHome;

/// The build whose compile options the others are told against.
const BUNDLED: &str = "bundled";

/// The section, or nothing where no record tells how its build was compiled.
pub(super) fn builds(records: &[&RunRecord]) -> String {
    let mut builds: Vec<&SqliteRecord> = Vec::new();
    for sqlite in records.iter().filter_map(|record| record.sqlite.as_ref()) {
        if sqlite.compiled.is_some() && builds.iter().all(|known| known.build != sqlite.build) {
            builds.push(sqlite);
        }
    }
    if builds.is_empty() {
        return String::new();
    }
    let bundled = builds.iter().find(|sqlite| sqlite.build == BUNDLED).copied();
    let rows: String = builds.iter().map(|sqlite| row(sqlite, bundled)).collect();
    let homes: String = builds
        .iter()
        .filter_map(|sqlite| TakeHome::of(sqlite))
        .map(|home| at_home(&home))
        .collect();
    format!(
        "## The SQLite builds\n\n\
         | build | code and data | level | `PRAGMA compile_options`, against `{BUNDLED}` |\n\
         | --- | ---: | --- | --- |\n{rows}\n\
         **Take it home.** With rusqlite's feature `bundled`, set this in the environment of cargo:\n\n{homes}"
    )
}

fn row(sqlite: &SqliteRecord, bundled: Option<&SqliteRecord>) -> String {
    let compiled = sqlite.compiled.as_ref();
    let size = compiled.map_or("-".into(), |compiled| quantity::bytes(compiled.object_bytes));
    let level = compiled.map_or("-".into(), |compiled| {
        let level = format!("-O{}", compiled.optimize);
        [vec![level], compiled.compiler_flags.clone()].concat().join(" ")
    });
    format!("| `{}` | {size} | {level} | {} |\n", sqlite.build, options(sqlite, bundled))
}

/// What a build reports beyond the reference, and what it does not report.
fn options(sqlite: &SqliteRecord, bundled: Option<&SqliteRecord>) -> String {
    let Some(bundled) = bundled.filter(|bundled| bundled.build != sqlite.build) else {
        return sqlite.compile_options.join(", ");
    };
    let beyond = |options: &[String], known: &[String], sign: char| -> Vec<String> {
        let new = options.iter().filter(|option| !known.contains(option));
        new.map(|option| format!("{sign}{option}")).collect()
    };
    let added = beyond(&sqlite.compile_options, &bundled.compile_options, '+');
    let gone = beyond(&bundled.compile_options, &sqlite.compile_options, '-');
    let all = [added, gone].concat();
    if all.is_empty() { "the same".into() } else { all.join(", ") }
}

fn at_home(home: &TakeHome) -> String {
    let settings = match home.settings.as_slice() {
        [] => "nothing to set: it is what the feature compiles".to_owned(),
        settings => settings.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join("; "),
    };
    let warnings: String =
        home.warnings.iter().map(|warning| format!("  - beware: {warning}\n")).collect();
    format!("- `{}`: {settings}\n{warnings}", home.build)
}
