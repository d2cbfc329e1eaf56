//! The Rust source that the build script writes: the builds, and the entries of the API table.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use crate::compile::Compiled;
use crate::manifest::BuildSpec;

/// The table of compiled builds, that of their further layouts, the names of those that were left out, and what is noticed
/// of flags.
pub(crate) fn builds(
    compiled: &[Compiled<'_>],
    left_out: &[BuildSpec],
    flags: &BTreeMap<String, String>,
) -> String {
    let symbols = compiled.iter().flat_map(|build| &build.symbols);
    let entry_points = symbols.map(|symbol| format!("    fn {symbol}() -> *const RawBuild;\n"));
    let first = compiled.iter().map(|build| build_entry(build, 0));
    let further = compiled
        .iter()
        .flat_map(|build| (1..build.symbols.len()).map(move |layout| build_entry(build, layout)));
    let left_out = left_out
        .iter()
        .map(|spec| format!("    ({:?}, BuildProfile::{:?}),\n", spec.name, spec.profile));
    let flags = flags.iter().map(|flag| format!("    {flag:?},\n"));
    [
        format!("unsafe extern \"C\" {{\n{}}}\n\n", entry_points.collect::<String>()),
        table("static BUILDS", "SqliteBuild", first),
        table("static FURTHER_LAYOUTS", "SqliteBuild", further),
        table("static LEFT_OUT", "(&str, BuildProfile)", left_out),
        table("pub(crate) static FLAGS", "(&str, &str)", flags),
    ]
    .concat()
}

fn table(name: &str, of: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    format!("{name}: [{of}; {}] = [\n{}];\n\n", entries.len(), entries.concat())
}

fn build_entry(build: &Compiled<'_>, layout: usize) -> String {
    let spec = build.spec;
    let title = match layout {
        0 => spec.name.clone(),
        _ => format!("{}, layout {layout}", spec.name),
    };
    let sync_call = if calls_fdatasync(&spec.defines) { "Fdatasync" } else { "Fsync" };
    format!(
        "    SqliteBuild {{
        name: {:?},
        layout: {layout},
        layouts: {},
        title: {title:?},
        why: {:?},
        base: {:?},
        defines: &{:?},
        compiler_flags: &{:?},
        optimize: {:?},
        thread_mode: ThreadMode::{:?},
        sync_call: SyncCall::{sync_call},
        profile: BuildProfile::{:?},
        object_bytes: {},
        entry: {},
    }},
",
        spec.name,
        build.symbols.len(),
        spec.why,
        spec.base.as_deref(),
        spec.defines,
        spec.compiler_flags,
        build.optimize,
        spec.thread_mode,
        spec.profile,
        build.object_bytes,
        build.symbols[layout],
    )
}

/// As the preprocessor sees `#if HAVE_FDATASYNC`: a bare define is 1.
fn calls_fdatasync(defines: &[String]) -> bool {
    defines.iter().any(|define| ["HAVE_FDATASYNC", "HAVE_FDATASYNC=1"].contains(&define.as_str()))
}

/// The names and offsets of the entries of SQLite's API table, and the code that fills the missing ones. They are read
/// from the bindings that libsqlite3-sys ships, in their order.
pub(crate) fn api_entries(bindings: &str) -> Result<String> {
    let start = "pub struct sqlite3_api_routines {";
    let (_, rest) = bindings.split_once(start).with_context(|| format!("no `{start}`"))?;
    let (body, _) = rest.split_once("\n}").context("the struct has no end")?;
    let (mut names, mut offsets, mut fills) = (Vec::new(), Vec::new(), Vec::new());
    for (index, field) in body.split("\n    pub ").skip(1).enumerate() {
        let (name, kind) =
            field.split_once(':').with_context(|| format!("no type in `{field}`"))?;
        ensure!(
            kind.trim_start().starts_with("::core::option::Option<"),
            "field `{name}` is no optional function pointer; teach build/generate.rs about it"
        );
        names.push(format!("    {name:?},\n"));
        offsets.push(format!("    offset_of!(sqlite3_api_routines, {name}),\n"));
        fills.push(if kind.contains("...") {
            format!("    if table.{name}.is_none() {{ return Err({name:?}); }}\n")
        } else {
            format!("    fill_entry::<{index}, _>(&mut table.{name});\n")
        });
    }
    Ok([
        table("pub(crate) static ENTRY_NAMES", "&str", names.into_iter()),
        table("const ENTRY_OFFSETS", "usize", offsets.into_iter()),
        "/// Puts a stub where `table` has no entry; a variadic one can have none.\n".to_owned(),
        "pub(crate) fn fill_missing(table: &mut sqlite3_api_routines) -> Result<(), &'static str> {\n"
            .to_owned(),
        fills.concat(),
        "    Ok(())\n}\n".to_owned(),
    ]
    .concat())
}
