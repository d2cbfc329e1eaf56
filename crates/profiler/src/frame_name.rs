//! Names of functions as the flamegraph shows them.
//!
//! With full debug information, or none, a Rust function comes with its path. With line tables only
//! (the bench profile) it comes without, as `{closure#0}` or `iter<...>`, but with its source file,
//! and the file tells crate and module.

use std::path::Path;

use pprof::Symbol;

/// The name of a frame: a Rust function's path, or a C function's name.
pub(crate) fn frame_name(symbol: &Symbol) -> String {
    let name = symbol.name();
    let is_rust_file = |file: &&Path| file.extension().is_some_and(|extension| extension == "rs");
    match symbol.filename.as_deref().filter(is_rust_file) {
        Some(file) if is_bare(&name) => with_module(&name, file),
        _ => without_clone_suffix(name),
    }
}

/// Whether a Rust name is without its path: no `::` but in generic arguments.
fn is_bare(name: &str) -> bool {
    !name.starts_with('<') && !without_generics(name).contains("::")
}

fn without_generics(name: &str) -> &str {
    name.split('<').next().unwrap_or(name)
}

/// `iter<T>` in `.../criterion-0.8.2/src/bencher.rs` is `criterion::bencher::iter`. A file outside
/// a folder `src`, as those of benches and tests are, is a crate of its own.
fn with_module(name: &str, file: &Path) -> String {
    let parts: Vec<&str> = file.iter().filter_map(|part| part.to_str()).collect();
    let source = parts.iter().rposition(|&part| part == "src").filter(|&source| source > 0);
    let mut path: Vec<String> = match source {
        Some(source) => {
            let modules = parts[source + 1..].iter().map(|&part| part.to_owned());
            std::iter::once(crate_name(parts[source - 1])).chain(modules).collect()
        }
        None => parts.last().map(|&part| part.to_owned()).into_iter().collect(),
    };
    if let Some(last) = path.pop() {
        match last.trim_end_matches(".rs") {
            "lib" | "main" | "mod" => {}
            module => path.push(module.to_owned()),
        }
    }
    path.push(without_generics(name).to_owned());
    path.join("::")
}

/// The crate that lives in a folder: the registry's folders bear a version, and hyphens become
/// underscores.
fn crate_name(folder: &str) -> String {
    let versioned = folder.match_indices('-').find(|(hyphen, _)| {
        folder[hyphen + 1..].starts_with(|character: char| character.is_ascii_digit())
    });
    versioned.map_or(folder, |(hyphen, _)| &folder[..hyphen]).replace('-', "_")
}

/// A C function's name without the suffix that GCC gives to its clones (`walWriteOneFrame.isra.0`),
/// which shows where debug information is missing.
fn without_clone_suffix(mut name: String) -> String {
    const CLONES: [&str; 4] = [".isra.", ".part.", ".constprop.", ".cold"];
    if let Some(end) = CLONES.iter().filter_map(|clone| name.find(clone)).min() {
        name.truncate(end);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, file: Option<&str>) -> String {
        frame_name(&Symbol {
            name: Some(name.as_bytes().to_vec()),
            addr: None,
            lineno: None,
            filename: file.map(Into::into),
        })
    }

    #[test]
    fn a_bare_rust_name_gets_the_module_of_its_file() {
        let registry = "/home/someone/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";
        for (name, file, expected) in [
            (
                "iter<criterion::measurement::WallTime, u64>",
                format!("{registry}/criterion-0.8.2/src/bencher.rs"),
                "criterion::bencher::iter",
            ),
            (
                "step",
                format!("{registry}/libsqlite3-sys-0.40.0/src/lib.rs"),
                "libsqlite3_sys::step",
            ),
            (
                "sleep",
                "/rustc/59807616e1fa/library/std/src/thread/mod.rs".to_owned(),
                "std::thread::sleep",
            ),
            (
                "append",
                "crates/native-log/src/segment/mod.rs".to_owned(),
                "native_log::segment::append",
            ),
            ("{closure#0}", "benches/packet_size.rs".to_owned(), "packet_size::{closure#0}"),
            ("main", "src/main.rs".to_owned(), "main"),
        ] {
            assert_eq!(named(name, Some(&file)), expected);
        }
    }

    #[test]
    fn a_name_with_its_path_stays() {
        let name = "<case::Log as core::ops::Drop>::drop";
        assert_eq!(named(name, Some("/a/case/src/log.rs")), name);
        assert_eq!(
            named("case::log::append<u64>", Some("/a/b/src/c.rs")),
            "case::log::append<u64>"
        );
    }

    #[test]
    fn a_c_function_bears_its_name() {
        for (found, file, expected) in [
            ("walWriteOneFrame.isra.0", None, "walWriteOneFrame"),
            ("balance.part.3.constprop.1", None, "balance"),
            ("unixSync", Some("sqlite3/sqlite3.c"), "unixSync"),
        ] {
            assert_eq!(named(found, file), expected);
        }
    }
}
