//! The Rust source that the build script writes: the builds, and the entries of the API table.

use std::fmt::Write as _;

use crate::api_entries::ApiEntry;
use crate::compile::Compiled;
use crate::manifest::{BuildSpec, Define, Profile, ThreadMode};

/// The table of compiled builds, that of their further layouts, the names of those that were left out, and what is noticed
/// of flags.
pub(crate) fn builds(
    compiled: &[Compiled<'_>],
    left_out: &[BuildSpec],
    flags: &[(String, String)],
) -> String {
    let mut text = String::from("unsafe extern \"C\" {\n");
    for symbol in compiled.iter().flat_map(|build| &build.symbols) {
        writeln!(text, "    fn {symbol}() -> *const RawBuild;").expect(INFALLIBLE);
    }
    text += "}\n\n";
    let first = compiled.iter().map(|build| build_entry(build, 0));
    text += &table("BUILDS", "SqliteBuild", &first.collect::<Vec<_>>());
    let further = compiled
        .iter()
        .flat_map(|build| (1..build.symbols.len()).map(move |layout| build_entry(build, layout)));
    text += &table("FURTHER_LAYOUTS", "SqliteBuild", &further.collect::<Vec<_>>());
    let left_out = left_out.iter().map(|spec| {
        let profile = profile_name(spec.profile);
        format!("    ({:?}, BuildProfile::{profile}),\n", spec.name)
    });
    text += &table("LEFT_OUT", "(&str, BuildProfile)", &left_out.collect::<Vec<_>>());
    let count = flags.len();
    writeln!(text, "pub(crate) static FLAGS: [(&str, &str); {count}] = {flags:?};")
        .expect(INFALLIBLE);
    text
}

fn table(name: &str, of: &str, entries: &[String]) -> String {
    format!("static {name}: [{of}; {}] = [\n{}];\n\n", entries.len(), entries.concat())
}

const INFALLIBLE: &str = "writing to a string does not fail";

fn build_entry(build: &Compiled<'_>, layout: usize) -> String {
    let spec = build.spec;
    let title = match layout {
        0 => spec.name.clone(),
        _ => format!("{}, layout {layout}", spec.name),
    };
    let defines: Vec<String> = spec.defines.iter().map(define_text).collect();
    let thread_mode = match spec.thread_mode {
        ThreadMode::SingleThread => "SingleThread",
        ThreadMode::MultiThread => "MultiThread",
        ThreadMode::Serialized => "Serialized",
    };
    let profile = profile_name(spec.profile);
    let sync_call = if calls_fdatasync(&spec.defines) { "Fdatasync" } else { "Fsync" };
    let optional_base = spec.base.as_deref();
    format!(
        "    SqliteBuild {{
        name: {:?},
        layout: {layout},
        layouts: {},
        title: {title:?},
        why: {:?},
        base: {optional_base:?},
        defines: &{defines:?},
        compiler_flags: &{:?},
        optimize: {:?},
        thread_mode: ThreadMode::{thread_mode},
        sync_call: SyncCall::{sync_call},
        profile: BuildProfile::{profile},
        object_bytes: {},
        entry: {},
    }},
",
        spec.name,
        build.symbols.len(),
        spec.why,
        spec.compiler_flags,
        build.optimize,
        build.object_bytes,
        build.symbols[layout],
    )
}

/// The variant of `BuildProfile`.
fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Default => "Default",
        Profile::Wide => "Wide",
        Profile::Calibrate => "Calibrate",
    }
}

fn define_text(define: &Define) -> String {
    match &define.value {
        Some(value) => format!("{}={value}", define.name),
        None => define.name.clone(),
    }
}

/// As the preprocessor sees `#if HAVE_FDATASYNC`: a bare define is 1.
fn calls_fdatasync(defines: &[Define]) -> bool {
    defines
        .iter()
        .any(|define| define.name == "HAVE_FDATASYNC" && define.value.as_deref() != Some("0"))
}

/// The names and offsets of the table's entries, and the code that fills the missing ones.
pub(crate) fn api_entries(entries: &[ApiEntry]) -> String {
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let count = entries.len();
    let mut text = format!(
        "pub(crate) static ENTRY_NAMES: [&str; {count}] = {names:?};\n\n\
         const ENTRY_OFFSETS: [usize; {count}] = [\n"
    );
    for name in &names {
        writeln!(text, "    offset_of!(sqlite3_api_routines, {name}),").expect(INFALLIBLE);
    }
    text += "];\n";
    text += "\n/// Puts a stub where `table` has no entry; a variadic one can have none.\n\
             pub(crate) fn fill_missing(table: &mut sqlite3_api_routines) -> Result<(), &'static str> {\n";
    for (index, entry) in entries.iter().enumerate() {
        let name = &entry.name;
        if entry.is_variadic {
            writeln!(text, "    if table.{name}.is_none() {{ return Err({name:?}); }}")
        } else {
            writeln!(text, "    fill_entry::<{index}, _>(&mut table.{name});")
        }
        .expect(INFALLIBLE);
    }
    text += "    Ok(())\n}\n";
    text
}
