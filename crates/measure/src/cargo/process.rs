//! The cargo that started this process, directly or through wrappers.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use procfs::process::{Process, Stat};

/// Cargo sets it for what it runs, to its own path.
pub const CARGO_VARIABLE: &str = "CARGO";

/// Nobody nests wrappers deeper.
const GENERATIONS_MAX: usize = 64;

/// A cargo that this process descends from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CargoProcess {
    /// Its process id.
    pub process_id: i32,
    /// When it started, in the kernel's ticks since boot.
    pub start_ticks: u64,
    /// Its working directory; `None` where the kernel does not tell.
    pub working_directory: Option<PathBuf>,
    /// Its command line; empty where the kernel does not tell.
    pub command_line: Vec<OsString>,
    /// The programs between it and this process, the outermost first.
    pub(super) wrappers: Vec<String>,
}

impl CargoProcess {
    /// The nearest cargo above this process. Cargo sets `CARGO` for what it runs; without that a cargo further up
    /// runs something else, such as the shell of a person.
    pub(super) fn above_this_one() -> Option<Self> {
        let cargo = std::env::var_os(CARGO_VARIABLE)?;
        let program = fs::canonicalize(cargo).ok();
        let mut wrappers = Vec::new();
        let mut parent = Process::myself().and_then(|process| process.stat()).ok()?.ppid;
        for _ in 0..GENERATIONS_MAX {
            // A parent outside of this process's namespace has the id 0, and one that has just ended has none.
            let stat = stat_of(parent)?;
            if is_cargo(&stat, program.as_deref()) {
                wrappers.reverse();
                return Some(Self::of(&stat, wrappers));
            }
            parent = stat.ppid;
            wrappers.push(stat.comm);
        }
        None
    }

    fn of(stat: &Stat, wrappers: Vec<String>) -> Self {
        let about = PathBuf::from(format!("/proc/{}", stat.pid));
        let command_line = fs::read(about.join("cmdline")).unwrap_or_default();
        let words = command_line.split(|&byte| byte == 0);
        let mut command_line: Vec<OsString> =
            words.map(|word| OsString::from_vec(word.to_vec())).collect();
        // Each word ends with a zero.
        command_line.pop();
        Self {
            process_id: stat.pid,
            start_ticks: stat.starttime,
            working_directory: fs::read_link(about.join("cwd")).ok(),
            command_line,
            wrappers,
        }
    }

    /// Whether the process with this id that started then is still there.
    #[must_use]
    pub fn is_alive(process_id: i32, start_ticks: u64) -> bool {
        stat_of(process_id).is_some_and(|stat| stat.starttime == start_ticks)
    }

    /// The values of an option in its command line, before what it hands on to others.
    #[must_use]
    pub fn option(&self, name: &str) -> Vec<OsString> {
        values_of(&self.command_line, name)
    }
}

/// Whether a process is the cargo that `CARGO` names, or goes by such a name: `cargo`, `cargo-criterion`.
fn is_cargo(stat: &Stat, program: Option<&Path>) -> bool {
    let executable = fs::read_link(format!("/proc/{}/exe", stat.pid)).ok();
    let is_named = stat.comm == "cargo" || stat.comm.starts_with("cargo-");
    is_named || (executable.is_some() && executable.as_deref() == program)
}

fn stat_of(process_id: i32) -> Option<Stat> {
    if process_id <= 0 {
        return None;
    }
    Process::new(process_id).and_then(|process| process.stat()).ok()
}

/// Values come after an option or after its `=`; what follows `--` is for others.
fn values_of(command_line: &[OsString], name: &str) -> Vec<OsString> {
    let mut values = Vec::new();
    let mut words = command_line.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == name {
            values.extend(words.next().cloned());
        } else if let Some(value) = after_equals(word, name) {
            values.push(value);
        }
    }
    values
}

fn after_equals(word: &OsStr, name: &str) -> Option<OsString> {
    let value = word.as_encoded_bytes().strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
    Some(OsString::from_vec(value.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_both_forms_and_not_behind_two_dashes() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        let line = words("cargo bench --bench=vote --target-dir x --bench indexes -- --bench y");
        assert_eq!(values_of(&line, "--bench"), ["vote", "indexes"]);
        assert_eq!(values_of(&line, "--target-dir"), ["x"]);
        assert_eq!(values_of(&line, "--target"), [""; 0]);
        assert_eq!(values_of(&words("cargo bench --bench"), "--bench"), [""; 0]);
    }

    #[test]
    fn a_process_that_is_not_there_is_none() {
        assert!(stat_of(0).is_none() && stat_of(-1).is_none() && stat_of(i32::MAX).is_none());
    }
}
