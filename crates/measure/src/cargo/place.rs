//! Where cargo builds: what it answers, and the marks that it leaves.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde::{Deserialize, Serialize};

use super::process::{CARGO_VARIABLE, CargoProcess};

/// Cargo sets it for what it runs, to the package's directory.
pub const PACKAGE_VARIABLE: &str = "CARGO_MANIFEST_DIR";

/// What cargo leaves in a target or build directory. The first is missing in one that was there before cargo came
/// (<https://bford.info/cachedir/>); the second is what it knows of rustc.
const MARKS: [&str; 2] = ["CACHEDIR.TAG", ".rustc_info.json"];

/// Where cargo builds, and puts what it has built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where runs and scratch belong.
    pub target_directory: PathBuf,
    /// Where benches are built; the same unless `build.build-dir` says otherwise.
    pub build_directory: PathBuf,
    /// The workspace's root, where cargo told.
    pub(super) workspace: Option<PathBuf>,
    /// The profile's directory.
    pub(super) profile: Option<String>,
    /// The target triple's directory, where one was chosen.
    pub(super) target_triple: Option<String>,
    /// What told.
    pub(super) found_by: FoundBy,
}

/// What tells where cargo builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// `cargo metadata`.
    Cargo,
    /// A mark in a directory above the executable.
    Mark,
    /// The lock of a profile's directory: the target directory is above that.
    Lock,
}

/// Nothing tells where cargo builds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}: expected it in a target directory of cargo's, got one that neither cargo nor a mark of cargo's knows; start \
     it with cargo, or from where cargo put it", executable.display()
)]
pub struct NoTargetDirectory {
    executable: PathBuf,
}

/// The parts of cargo's answer that matter here.
#[derive(Debug, Deserialize)]
struct Metadata {
    target_directory: PathBuf,
    /// Cargo before 1.91 has none.
    build_directory: Option<PathBuf>,
    workspace_root: PathBuf,
}

impl Place {
    pub(super) fn of_this_process(cargo: Option<&CargoProcess>) -> Result<Self, NoTargetDirectory> {
        let executable = executable();
        let asked = env::var_os(CARGO_VARIABLE).and_then(|program| ask(&program, cargo));
        Self::of(&executable, asked).ok_or(NoTargetDirectory { executable })
    }

    /// Cargo's answer counts for what it built itself, not for a copy in some other target directory.
    fn of(executable: &Path, asked: Option<Metadata>) -> Option<Self> {
        let marked = executable.ancestors().find(|directory| is_marked(directory));
        let found_in = |base: &Path, found_by| {
            let (target_triple, profile) = triple_and_profile(executable, base);
            Self {
                target_directory: base.to_owned(),
                build_directory: base.to_owned(),
                workspace: None,
                profile,
                target_triple,
                found_by,
            }
        };
        if let Some(Metadata { target_directory, build_directory, workspace_root }) = asked {
            let target_directory = canonical(target_directory);
            let build_directory =
                build_directory.map_or_else(|| target_directory.clone(), canonical);
            let bases = [&build_directory, &target_directory];
            let base = bases.into_iter().find(|base| executable.starts_with(base));
            // A mark further down belongs to another target directory.
            let base = base.filter(|base| marked.is_none_or(|marked| base.starts_with(marked)));
            if let Some(base) = base {
                let found = found_in(base, FoundBy::Cargo);
                let workspace = Some(canonical(workspace_root));
                return Some(Self { target_directory, build_directory, workspace, ..found });
            }
        }
        Some(match marked {
            Some(marked) => found_in(marked, FoundBy::Mark),
            None => found_in(&above_locked(executable)?, FoundBy::Lock),
        })
    }
}

/// This executable. Without procfs the system does not tell, and the command line names it.
fn executable() -> PathBuf {
    let named =
        || env::args_os().next().map_or_else(|| PathBuf::from("this program"), PathBuf::from);
    env::current_exe().unwrap_or_else(|_| canonical(named()))
}

/// Asks cargo where it builds, in the directory and with the options that it was started with.
fn ask(program: &OsStr, cargo: Option<&CargoProcess>) -> Option<Metadata> {
    let package = env::var_os(PACKAGE_VARIABLE)?;
    let mut command = Command::new(program);
    command.args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
        "--manifest-path",
    ]);
    command.arg(Path::new(&package).join("Cargo.toml")).current_dir(&package);
    if let Some(cargo) = cargo {
        if let Some(directory) = &cargo.working_directory {
            command.current_dir(directory);
        }
        for setting in cargo.option("--config") {
            command.arg("--config").arg(setting);
        }
        if let Some(directory) = cargo.option("--target-dir").pop() {
            command.env("CARGO_TARGET_DIR", directory);
        }
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    serde_json::from_slice(&output.stdout).ok()
}

/// The path as the system has it; as it was told where there is none.
fn canonical(path: PathBuf) -> PathBuf {
    fs::canonicalize(&path).unwrap_or(path)
}

fn is_marked(directory: &Path) -> bool {
    MARKS.iter().any(|mark| directory.join(mark).is_file())
}

/// Cargo locks the directory of a profile while it builds there.
fn is_locked(directory: &Path) -> bool {
    [".cargo-lock", ".cargo-build-lock", ".cargo-artifact-lock"]
        .iter()
        .any(|lock| directory.join(lock).is_file())
}

/// The directory above that of the profile, and above that of the target triple where there is one.
fn above_locked(executable: &Path) -> Option<PathBuf> {
    let profile = executable.ancestors().find(|directory| is_locked(directory))?;
    let above = profile.parent()?;
    let is_triple = above.file_name().is_some_and(|name| {
        name.as_encoded_bytes().iter().filter(|&&byte| byte == b'-').count() >= 2
    });
    Some(if is_triple { above.parent()? } else { above }.to_owned())
}

/// The first directories below a target directory: the profile, behind a triple where one was chosen.
fn triple_and_profile(executable: &Path, base: &Path) -> (Option<String>, Option<String>) {
    let Ok(below) = executable.strip_prefix(base) else { return (None, None) };
    let mut directories = below.parent().into_iter().flat_map(Path::components);
    let mut next = || Some(directories.next()?.as_os_str().to_str()?.to_owned());
    let first = next();
    match (first, next()) {
        (Some(triple), Some(profile)) if is_locked(&base.join(&triple).join(&profile)) => {
            (Some(triple), Some(profile))
        }
        (profile, _) => (None, profile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of directories and files; those that end with `/` are directories.
    fn tree(entries: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        for entry in entries {
            let path = root.path().join(entry);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let path = root.path().canonicalize().unwrap();
        (root, path)
    }

    fn metadata(root: &Path, target: &str, build: Option<&str>) -> Metadata {
        Metadata {
            target_directory: root.join(target),
            build_directory: build.map(|build| root.join(build)),
            workspace_root: root.to_owned(),
        }
    }

    #[test]
    fn a_directory_that_cargo_did_not_tag_is_found() {
        let bench = "t/release/deps/vote-1";
        let (_keep, root) = tree(&[bench, "t/release/.cargo-lock"]);
        // By cargo's word, by what it knows of rustc, by its lock.
        let asked = Place::of(&root.join(bench), Some(metadata(&root, "p/../t", None)));
        let known = asked.as_ref().map(|place| (place.target_directory.clone(), place.found_by));
        // `p` is not there, so that the path stays as it was told, and the lock tells.
        assert_eq!(known, Some((root.join("t"), FoundBy::Lock)));
        let asked = Place::of(&root.join(bench), Some(metadata(&root, "t", None))).unwrap();
        assert_eq!((asked.target_directory, asked.found_by), (root.join("t"), FoundBy::Cargo));
        assert_eq!((asked.target_triple, asked.profile), (None, Some("release".into())));
        fs::write(root.join("t/.rustc_info.json"), "{}").unwrap();
        let marked = Place::of(&root.join(bench), None).unwrap();
        assert_eq!((marked.target_directory, marked.found_by), (root.join("t"), FoundBy::Mark));
    }

    #[test]
    fn a_bench_in_the_build_directory_writes_to_the_target_directory() {
        let bench = "build/release/deps/vote-1";
        let (_keep, root) = tree(&[bench, "build/CACHEDIR.TAG", "t/release/durabench"]);
        let asked =
            Place::of(&root.join(bench), Some(metadata(&root, "t", Some("build")))).unwrap();
        assert_eq!(asked.target_directory, root.join("t"));
        assert_eq!(asked.build_directory, root.join("build"));
        let program = root.join("t/release/durabench");
        let same = Place::of(&program, Some(metadata(&root, "t", Some("build")))).unwrap();
        assert_eq!(same, asked);
    }

    #[test]
    fn a_copy_in_another_target_directory_has_that_one() {
        let copy = "target/tmp/other/debug/durabench";
        let (_keep, root) = tree(&[copy, "target/CACHEDIR.TAG", "target/tmp/other/CACHEDIR.TAG"]);
        for asked in [None, Some(metadata(&root, "target", None))] {
            let place = Place::of(&root.join(copy), asked).unwrap();
            assert_eq!(place.target_directory, root.join("target/tmp/other"));
            assert_eq!(place.found_by, FoundBy::Mark);
        }
    }

    #[test]
    fn a_target_triple_is_told_from_a_profile() {
        let bench = "t/x86_64-unknown-linux-gnu/release/deps/vote-1";
        let lock = "t/x86_64-unknown-linux-gnu/release/.cargo-lock";
        let (_keep, root) = tree(&[bench, lock]);
        for asked in [None, Some(metadata(&root, "t", None))] {
            let place = Place::of(&root.join(bench), asked).unwrap();
            assert_eq!(place.target_directory, root.join("t"));
            assert_eq!(place.target_triple.as_deref(), Some("x86_64-unknown-linux-gnu"));
            assert_eq!(place.profile.as_deref(), Some("release"));
        }
    }

    #[test]
    fn a_program_that_was_carried_away_is_told_what_to_do() {
        let (_keep, root) = tree(&["bin/durabench"]);
        let executable = root.join("bin/durabench");
        assert_eq!(Place::of(&executable, Some(metadata(&root, "target", None))), None);
        let text = NoTargetDirectory { executable }.to_string();
        assert!(
            text.contains("bin/durabench: expected it in") && text.contains("; start"),
            "{text}"
        );
    }
}
