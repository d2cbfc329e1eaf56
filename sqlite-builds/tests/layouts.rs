//! The layouts of a compiled C file: the same code at other distances from cache lines, under names of their own.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[expect(dead_code, reason = "the build script uses the rest")]
#[path = "../build/compile.rs"]
mod compile;
#[path = "../build/layouts.rs"]
mod layouts;
#[path = "../build/manifest.rs"]
mod manifest;
#[path = "../build/object.rs"]
mod object;
#[path = "../build/refused.rs"]
mod refused;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::object::Object;

const TARGET: &str = "x86_64-unknown-linux-gnu";
/// Where the child process compiles, and what; set only for it.
const CHILD_DIRECTORY: &str = "DURABENCH_TEST_LAYOUTS";
const CHILD_FLAGS: &str = "DURABENCH_TEST_LAYOUTS_FLAGS";

/// Code with a jump table, a constant, and state: what has to be moved rightly.
const PROBE: &str = "
static int calls;
static const int squares[] = {0, 1, 4, 9, 16, 25, 36, 49};
__attribute__((noinline)) static int chosen(int which) {
  switch (which) {
    case 0: return squares[calls & 7];
    case 1: return 11 + calls;
    case 2: return calls * 7;
    case 3: return squares[which];
    case 4: return -calls;
    case 5: return calls - 100;
    default: return which;
  }
}
int DURABENCH_ENTRY(int which) {
  calls += 1;
  return chosen(which);
}
";

#[test]
fn layouts_are_the_same_code_at_other_places_with_state_of_their_own() {
    if let Some(directory) = env::var_os(CHILD_DIRECTORY) {
        compile_probe(Path::new(&directory));
        return;
    }
    for compiler in ["gcc", "clang"] {
        if Command::new(compiler).arg("--version").output().is_err() {
            continue;
        }
        let directory = tempfile::tempdir().unwrap();
        let said = compiled_by_child(directory.path(), compiler, "");
        assert_eq!(said, ["layouts 12"], "{compiler}");
        let objects: Vec<_> = (0..12)
            .map(|layout| directory.path().join(format!("probe/layout_{layout}.o")))
            .collect();
        let texts: Vec<Vec<u8>> = objects
            .iter()
            .map(|path| Object::read(path).unwrap().text().unwrap().to_vec())
            .collect();
        let code = &texts[0][64..];
        for (layout, text) in texts.iter().enumerate() {
            assert!(text.ends_with(code), "{compiler}, layout {layout}");
        }
        let answers = run_all(directory.path(), &objects, compiler);
        let places: Vec<u64> = answers.iter().map(|(place, _)| place % 64).collect();
        let shifted: Vec<u64> = (0..12).map(|layout| (places[0] + 16 * layout) % 64).collect();
        assert_eq!(places, shifted, "{compiler}");
        // Each has been called as often as the first, and no call of another was counted.
        for (_, said) in &answers {
            assert_eq!(said, "1 13 21 9 -5 -94 6", "{compiler}");
        }
    }
}

#[test]
fn without_machine_code_to_shift_there_is_one_layout_and_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let said = compiled_by_child(directory.path(), "gcc", "-flto");
    let [warning, layouts] = &said[..] else { panic!("{said:?}") };
    assert_eq!(
        warning,
        "cargo::warning=the code of SQLite build `probe` has one layout only: expected machine code, got none; \
         take -flto away"
    );
    assert_eq!(layouts, "layouts 1");
}

/// What the child says of layouts.
fn compiled_by_child(directory: &Path, compiler: &str, flags: &str) -> Vec<String> {
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("layouts_are_the_same_code_at_other_places_with_state_of_their_own")
        .env(CHILD_DIRECTORY, directory)
        .env(CHILD_FLAGS, flags)
        .envs([("TARGET", TARGET), ("HOST", TARGET), ("OPT_LEVEL", "3"), ("NUM_JOBS", "1")])
        .env("CC", compiler)
        .env("OUT_DIR", directory)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(child.status.success(), "{compiler}: {said}");
    let of_layouts = |line: &&str| line.starts_with("layouts ") || line.contains("::warning=");
    said.lines().filter(of_layouts).map(str::to_owned).collect()
}

fn compile_probe(directory: &Path) {
    let source = directory.join("probe.c");
    fs::write(&source, PROBE).unwrap();
    let flags = env::var(CHILD_FLAGS).unwrap();
    let flags =
        if flags.is_empty() { String::new() } else { format!("compiler_flags = [{flags:?}]\n") };
    let text = format!("[[build]]\nname = \"probe\"\nwhy = \"w\"\n{flags}");
    let manifest =
        manifest::parse(&[manifest::ManifestFile { name: "probe", text: &text }]).unwrap();
    let sources = compile::Sources {
        source: &source,
        amalgamation: directory,
        output_directory: directory,
        profile_level: &env::var("OPT_LEVEL").unwrap(),
    };
    let compiled = compile::all(&manifest.builds, &sources).unwrap();
    println!("\nlayouts {}", compiled[0].symbols.len());
}

/// Links every layout into one program, which calls each: its place in memory, and what it answered.
fn run_all(directory: &Path, objects: &[std::path::PathBuf], compiler: &str) -> Vec<(u64, String)> {
    let mut program = String::from("#include <stdio.h>\n");
    let mut body = String::new();
    for layout in 0..objects.len() {
        let name = format!("durabench_sqlite_probe_{layout:02}");
        writeln!(program, "int {name}(int);").unwrap();
        writeln!(body, "  printf(\"%llu\", (unsigned long long){name});").unwrap();
        writeln!(body, "  for (int which = 0; which < 7; which++) printf(\" %d\", {name}(which));")
            .unwrap();
        writeln!(body, "  puts(\"\");").unwrap();
    }
    let source = directory.join("all.c");
    fs::write(&source, format!("{program}int main(void) {{\n{body}  return 0;\n}}\n")).unwrap();
    let binary = directory.join("all");
    let mut command = Command::new(compiler);
    let status = command.arg("-o").arg(&binary).arg(&source).args(objects).status().unwrap();
    assert!(status.success());
    let output = Command::new(binary).output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    answers
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(place, said)| (place.parse().unwrap(), said.to_owned()))
        .collect()
}
