//! The `SQLite` builds of a run: how large each is, what it says of itself, and how to get it at home.

use measure::record::{CompiledRecord, RunRecord, SqliteRecord};

use crate::locations::BUILDS_FILE;
use crate::table::{Cell, Field, Table};

/// The build whose compile options the others are told against.
const BUNDLED: &str = "bundled";

/// A build beside that one.
struct Line<'record> {
    sqlite: &'record SqliteRecord,
    bundled: Option<&'record SqliteRecord>,
}

fn fields<'record>() -> [Field<Line<'record>>; 4] {
    [
        Field::ids("build", "build", |line| Cell::id(&line.sqlite.build)),
        Field::figure("object_bytes", "code and data", |line| {
            let compiled = line.sqlite.compiled.as_ref();
            Cell::known(compiled.map(|compiled| compiled.object_bytes), Cell::Bytes)
        }),
        Field::words("level", "level", |line| {
            Cell::known(line.sqlite.compiled.as_ref().map(level), Cell::Text)
        }),
        Field::words("compile_options", "`PRAGMA compile_options`, against `bundled`", |line| {
            Cell::text(options(line.sqlite, line.bundled))
        }),
    ]
}

/// The page, or nothing where no record tells how its build was compiled.
pub(super) fn builds(records: &[&RunRecord]) -> String {
    let builds = compiled(records);
    if builds.is_empty() {
        return String::new();
    }
    let bundled = builds.iter().find(|sqlite| sqlite.build == BUNDLED).copied();
    let lines: Vec<Line<'_>> = builds.iter().map(|sqlite| Line { sqlite, bundled }).collect();
    let homes: String = builds.iter().filter_map(|sqlite| at_home(sqlite)).collect();
    let homes = if homes.is_empty() {
        homes
    } else {
        format!(
            "\n## Take it home\n\nWith rusqlite's feature `bundled`, set this in the environment of cargo:\n\n{homes}"
        )
    };
    format!("# The SQLite builds\n\n{}{homes}", Table::of(&fields(), &lines).markdown())
}

/// Where the page lies, or nothing where there is none.
pub(super) fn link(records: &[&RunRecord]) -> String {
    let builds = compiled(records);
    if builds.is_empty() {
        return String::new();
    }
    let names: Vec<String> = builds.iter().map(|sqlite| format!("`{}`", sqlite.build)).collect();
    format!(
        "## The SQLite builds\n\n{}: [how each is compiled, and how to get it at home]({BUILDS_FILE}).\n",
        names.join(", ")
    )
}

/// Each build of which it is known how it was compiled.
fn compiled<'record>(records: &[&'record RunRecord]) -> Vec<&'record SqliteRecord> {
    let mut builds: Vec<&SqliteRecord> = Vec::new();
    for sqlite in records.iter().filter_map(|record| record.sqlite.as_ref()) {
        if sqlite.compiled.is_some() && builds.iter().all(|known| known.build != sqlite.build) {
            builds.push(sqlite);
        }
    }
    builds
}

fn level(compiled: &CompiledRecord) -> String {
    [vec![format!("-O{}", compiled.optimize)], compiled.compiler_flags.clone()].concat().join(" ")
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

/// What to set, and what a program would notice; `None` of a record that does not tell.
fn at_home(sqlite: &SqliteRecord) -> Option<String> {
    let home = sqlite.compiled.as_ref()?.at_home.as_ref()?;
    let settings = match home.settings.as_slice() {
        [] => "nothing to set: it is what the feature compiles".to_owned(),
        settings => settings.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join("; "),
    };
    let warnings: String =
        home.warnings.iter().map(|warning| format!("  - beware: {warning}\n")).collect();
    Some(format!("- `{}`: {settings}\n{warnings}", sqlite.build))
}
