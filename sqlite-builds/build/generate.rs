//! The Rust source that the build script writes: the builds, and the entries of the API table.

use std::fmt::Write as _;

use crate::api_entries::ApiEntry;
use crate::compile::Compiled;
use crate::manifest::{BuildSpec, Define, Profile, ThreadMode};

/// The table of compiled builds, the names of those that were left out, and what is noticed of flags.
pub(crate) fn builds(
    compiled: &[Compiled<'_>],
    left_out: &[BuildSpec],
    flags: &[(String, String)],
) -> String {
    let mut text = String::from("unsafe extern \"C\" {\n");
    for build in compiled {
        writeln!(text, "    fn {}() -> *const RawBuild;", build.symbol).expect(INFALLIBLE);
    }
    text += "}\n\n";
    writeln!(text, "static BUILDS: [SqliteBuild; {}] = [", compiled.len()).expect(INFALLIBLE);
    for build in compiled {
        text += &build_entry(build);
    }
    text += "];\n\n";
    writeln!(text, "static LEFT_OUT: [(&str, BuildProfile); {}] = [", left_out.len())
        .expect(INFALLIBLE);
    for spec in left_out {
        let profile = profile_name(spec.profile);
        writeln!(text, "    ({:?}, BuildProfile::{profile}),", spec.name).expect(INFALLIBLE);
    }
    text += "];\n\n";
    let count = flags.len();
    writeln!(text, "pub(crate) static FLAGS: [(&str, &str); {count}] = {flags:?};")
        .expect(INFALLIBLE);
    text
}

const INFALLIBLE: &str = "writing to a string does not fail";

fn build_entry(build: &Compiled<'_>) -> String {
    let spec = build.spec;
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
        spec.name, spec.why, spec.compiler_flags, build.optimize, build.object_bytes, build.symbol,
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
             fn fill_missing(table: &mut sqlite3_api_routines) -> Result<(), &'static str> {\n";
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
