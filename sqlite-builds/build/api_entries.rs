//! The entries of SQLite's API table, read from the bindings that libsqlite3-sys ships.

use anyhow::{Context, Result, bail};

/// One function pointer of `struct sqlite3_api_routines`.
#[derive(Debug)]
pub(crate) struct ApiEntry {
    pub(crate) name: String,
    pub(crate) is_variadic: bool,
}

/// Reads the fields of the struct, in their order.
pub(crate) fn parse(bindings: &str) -> Result<Vec<ApiEntry>> {
    let start = "pub struct sqlite3_api_routines {";
    let (_, rest) = bindings.split_once(start).with_context(|| format!("no `{start}`"))?;
    let (body, _) = rest.split_once("\n}").context("the struct has no end")?;
    body.split("\n    pub ").skip(1).map(parse_field).collect()
}

fn parse_field(field: &str) -> Result<ApiEntry> {
    let (name, kind) = field.split_once(':').with_context(|| format!("no type in `{field}`"))?;
    if !kind.trim_start().starts_with("::core::option::Option<") {
        bail!(
            "field `{name}` is no optional function pointer; teach build/api_entries.rs about it"
        );
    }
    Ok(ApiEntry { name: name.to_owned(), is_variadic: kind.contains("...") })
}
