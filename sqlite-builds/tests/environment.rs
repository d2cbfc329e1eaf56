//! What the environment says of compilers and flags, and that no flag of it is compiled in.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[expect(dead_code, reason = "the build script uses the rest")]
#[path = "../build/compile.rs"]
mod compile;
#[path = "../build/environment.rs"]
mod environment;
#[path = "../build/layouts.rs"]
mod layouts;
#[path = "../build/manifest.rs"]
mod manifest;
#[path = "../build/object.rs"]
mod object;
#[path = "../build/refused.rs"]
mod refused;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Where the child process compiles; set only for it.
const CHILD_DIRECTORY: &str = "DURABENCH_TEST_COMPILE";

/// Tells what it was compiled with.
const PROBE: &str = "
#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)
#if HAVE_FDATASYNC
#define SYNC \"fdatasync\"
#else
#define SYNC \"fsync\"
#endif
#ifdef __OPTIMIZE__
#define LEVEL \"optimised\"
#else
#define LEVEL \"as written\"
#endif
#if defined(__AVX2__) || defined(__code_model_large__) || defined(__pie__)
#define CODE \"other\"
#else
#define CODE \"usual\"
#endif
const char *DURABENCH_ENTRY(void) {
  return \"threads \" TEXT(SQLITE_THREADSAFE) \", \" SYNC \", \" LEVEL \", \" CODE;
}
";

const MANIFEST: &str =
    "[[build]]\nname = \"probe\"\nwhy = \"w\"\ndefines = [\"SQLITE_THREADSAFE=1\"]\n";

#[test]
fn no_flag_of_the_environment_is_compiled_in() {
    if let Some(directory) = env::var_os(CHILD_DIRECTORY) {
        compile_probe(Path::new(&directory));
        return;
    }
    let underscored = TARGET.replace('-', "_");
    for variable in
        ["CFLAGS", "HOST_CFLAGS", &format!("CFLAGS_{TARGET}"), &format!("CFLAGS_{underscored}")]
    {
        let directory = tempfile::tempdir().unwrap();
        let flags = "-DSQLITE_THREADSAFE=0 -DHAVE_FDATASYNC=1 -O3 -mavx2";
        let output = child(directory.path()).env(variable, flags).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{variable}: {said}");
        assert!(
            said.contains(&format!("cargo::warning={variable} is ignored: ")),
            "{variable} is not named: {said}"
        );
        assert_compiled(directory.path(), variable);
    }
}

#[test]
fn neither_rustflags_nor_the_lack_of_default_flags_change_it() {
    for (variable, value) in [
        ("CARGO_ENCODED_RUSTFLAGS", "-Ccode-model=large"),
        ("CRATE_CC_NO_DEFAULTS", "1"),
        ("CPPFLAGS", "-DSQLITE_THREADSAFE=0"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut child = child(directory.path());
        let output = child.env(variable, value).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_compiled(directory.path(), variable);
    }
}

/// This program again, to run the first test in an environment of its own.
fn child(directory: &Path) -> Command {
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", "no_flag_of_the_environment_is_compiled_in", "--nocapture"])
        .env(CHILD_DIRECTORY, directory)
        .envs([("TARGET", TARGET), ("HOST", TARGET), ("OPT_LEVEL", "0"), ("NUM_JOBS", "1")])
        .env("OUT_DIR", directory);
    child
}

fn compile_probe(directory: &Path) {
    pass_over();
    let source = directory.join("probe.c");
    fs::write(&source, PROBE).unwrap();
    let file = manifest::ManifestFile { name: "probe", text: MANIFEST };
    let manifest = manifest::parse(&[file]).unwrap();
    let sources = compile::Sources {
        source: &source,
        amalgamation: directory,
        output_directory: directory,
        profile_level: &env::var("OPT_LEVEL").unwrap(),
    };
    compile::all(&manifest.builds, &sources).unwrap();
}

#[expect(unsafe_code, reason = "as the build script does it")]
fn pass_over() {
    // SAFETY: the child runs this one test; its main thread only waits for it.
    unsafe { environment::pass_over_flags(TARGET) }.unwrap();
}

fn assert_compiled(directory: &Path, variable: &str) {
    let object = fs::read(object_in(&directory.join("probe"))).unwrap();
    let expected = b"threads 1, fsync, as written, usual";
    assert!(
        object.windows(expected.len()).any(|bytes| bytes == expected),
        "{variable} has changed what was compiled"
    );
}

fn object_in(directory: &Path) -> PathBuf {
    let mut paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension() == Some(OsStr::new("o"))).unwrap()
}

#[test]
fn each_variable_that_is_set_gets_one_warning_with_its_name_and_the_right_place() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = child(directory.path());
    child.env("CFLAGS", "-O0").env("LIBSQLITE3_FLAGS", "-USQLITE_ENABLE_STAT4");
    let output = child.env("SQLITE_MAX_COLUMN", "").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let warnings = said.lines().filter_map(|line| line.split_once("cargo::warning="));
    let warnings: Vec<&str> =
        warnings.map(|(_, warning)| warning).filter(|it| it.contains(" is ignored: ")).collect();
    assert_eq!(
        warnings,
        [
            "CFLAGS is ignored: the SQLite builds are compiled as builds.toml says; flags belong \
             under `compiler_flags`, defines under `defines` of a build in \
             sqlite-builds/local/builds.local.toml",
            "LIBSQLITE3_FLAGS is ignored: the SQLite builds are compiled as builds.toml says; it is \
             read by libsqlite3-sys, which compiles nothing here; defines belong under `defines` of \
             a build in sqlite-builds/local/builds.local.toml",
        ]
    );
}

#[test]
fn every_variable_that_libsqlite3_sys_reads_is_known() {
    let amalgamation = Path::new(env!("DURABENCH_AMALGAMATION"));
    let script = fs::read_to_string(amalgamation.parent().unwrap().join("build.rs")).unwrap();
    let mut read: Vec<String> = script
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| {
            let variable = format!("\"{word}\"");
            let watched = format!("rerun-if-env-changed={word}\"");
            ["LIBSQLITE3_", "SQLITE_MAX_"].iter().any(|prefix| word.starts_with(prefix))
                && (script.contains(&variable) || script.contains(&watched))
        })
        .map(str::to_owned)
        .collect();
    // Its others are `{prefix}_LIB_DIR` and so on, with the library's name as the prefix.
    for suffix in ["_INCLUDE_DIR", "_LIB_DIR", "_STATIC"] {
        assert!(script.contains(suffix), "{suffix}");
        read.push(format!("SQLITE3{suffix}"));
    }
    read.sort();
    read.dedup();
    let mut known = environment::OF_LIBSQLITE3_SYS.map(str::to_owned).to_vec();
    known.sort();
    assert_eq!(known, read);
}

#[test]
fn a_compiler_may_have_a_wrapper_and_no_flags() {
    let check = |value: &str| environment::check_compiler("CC", OsStr::new(value));
    for compiler in ["gcc", "/usr/bin/gcc-14", "ccache gcc", "/usr/lib/ccache/ccache clang", ""] {
        check(compiler).unwrap();
    }
    for flags in ["gcc -O0", "ccache gcc -DSQLITE_THREADSAFE=0", "gcc --define-macro=X"] {
        let refusal = check(flags).unwrap_err().to_string();
        assert_eq!(
            refusal,
            format!(
                "CC: expected a compiler, at most with a wrapper such as ccache before it, got \
                 `{flags}`; flags belong under `compiler_flags` of a build in \
                 sqlite-builds/local/builds.local.toml"
            )
        );
    }
    let directory = tempfile::tempdir().unwrap();
    let with_space = directory.path().join("my gcc -O0");
    fs::write(&with_space, "").unwrap();
    environment::check_compiler("CC", with_space.as_os_str()).unwrap();
}
