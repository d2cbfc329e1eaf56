//! `durabench vote paths`: the paths by name.

use std::io::Write;

use report::table::{Cell, Field, Table};
use report::terminal::Terminal;
use vote_load::catalogue::{NamedPath, PATHS};

const FIELDS: [Field<NamedPath>; 2] = [
    Field::ids("path", "path", |path| Cell::id(path.name)),
    Field::words("about", "what it is", |path| Cell::text(path.about)),
];

/// Prints each path and what it is.
pub(crate) fn run(out: &mut dyn Write) -> anyhow::Result<()> {
    write!(out, "{}", Table::of(&FIELDS, PATHS).text(Terminal::of_stdout()))?;
    Ok(())
}
