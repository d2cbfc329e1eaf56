//! The builds as they were compiled: what each is, and finding one by name.

#![expect(
    unsafe_code,
    reason = "each build is reached through the one function its C file exports"
)]

use std::ffi::{CStr, c_char};
use std::fmt::Display;

use crate::error::Error;
use crate::raw_build::{RawBuild, RawCounters};

/// One SQLite build, compiled into this program.
#[derive(Debug)]
pub struct SqliteBuild {
    /// The name in `builds.toml`.
    pub name: &'static str,
    /// Which layout of its code this is, from 0 ([`SqliteBuild::further_layouts`]).
    pub layout: u32,
    /// In how many layouts its code was linked: 1 where the compiler's linker could not make more.
    pub layouts: u32,
    /// The name, and the layout where it is not the first.
    pub title: &'static str,
    /// One line: what this build is there to tell.
    pub why: &'static str,
    /// The build that it started from.
    pub base: Option<&'static str>,
    /// Every define that was passed, inherited ones included, as `NAME` or `NAME=VALUE`.
    pub defines: &'static [&'static str],
    /// Further compiler flags, inherited ones included. What the cargo profile adds is not listed;
    /// the environment adds nothing.
    pub compiler_flags: &'static [&'static str],
    /// What followed `-O`: the cargo profile's level, or the build's own.
    pub optimize: &'static str,
    /// How much locking was compiled in.
    pub thread_mode: ThreadMode,
    /// The system call that makes its writes durable.
    pub sync_call: SyncCall,
    /// When it is compiled.
    pub profile: BuildProfile,
    /// Bytes of the sections that its object file loads into memory (code, constants, data); debug
    /// information is not counted.
    pub object_bytes: u64,
    pub(crate) entry: unsafe extern "C" fn() -> *const RawBuild,
}

/// Two are equal if they are one copy of SQLite: the same build in the same layout.
impl PartialEq for SqliteBuild {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.layout) == (other.name, other.layout)
    }
}

impl Eq for SqliteBuild {}

/// How much locking a build has, as `SQLITE_THREADSAFE` says
/// (<https://sqlite.org/threadsafe.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThreadMode {
    /// `SQLITE_THREADSAFE=0`: no mutexes. All of its connections must live on one thread.
    SingleThread,
    /// `SQLITE_THREADSAFE=2`: connections have no mutex unless one is asked for at open.
    MultiThread,
    /// `SQLITE_THREADSAFE=1`: connections have a mutex unless none is asked for at open.
    Serialized,
}

/// The system call behind SQLite's xSync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncCall {
    /// Without `HAVE_FDATASYNC`: SQLite does not trust systems to have a working fdatasync.
    Fsync,
    /// With `HAVE_FDATASYNC=1`; this is what Rust's `File::sync_data` calls too.
    Fdatasync,
}

/// When a build is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuildProfile {
    /// Always.
    Default,
    /// Only with `DURABENCH_BUILDS=wide` in the environment of cargo.
    Wide,
    /// Only with `DURABENCH_BUILDS=calibrate`: it has a cost planted, and no question is asked of it.
    Calibrate,
}

impl BuildProfile {
    /// The profile in `builds.toml` and in the environment.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Wide => "wide",
            Self::Calibrate => "calibrate",
        }
    }
}

/// All builds that were compiled, in the order of `builds.toml`, each in its first layout.
pub fn builds() -> &'static [SqliteBuild] {
    &BUILDS
}

/// The build of that name, in its first layout.
///
/// # Errors
///
/// An error lists the names, nearest first, or says how to get a build of another profile.
pub fn find(name: &str) -> Result<&'static SqliteBuild, Error> {
    if let Some(build) = BUILDS.iter().find(|build| build.name == name) {
        return Ok(build);
    }
    if let Some((_, profile)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name) {
        let profile = profile.name();
        return Err(Error::Refused(format!(
            "SQLite build `{name}` was not compiled: it belongs to the {profile} profile; set \
             DURABENCH_BUILDS={profile} for cargo"
        )));
    }
    let mut known: Vec<_> = BUILDS.iter().map(|build| build.name).collect();
    known.sort_by_cached_key(|known| strsim::levenshtein(name, known));
    let known = known.join(", ");
    Err(Error::Refused(format!(
        "no SQLite build is named `{name}`; the builds are, nearest first: {known}"
    )))
}

impl SqliteBuild {
    /// The same build in the layouts beyond its first.
    ///
    /// A layout is the machine code of the build once more, shifted by some bytes against the lines of the processor's
    /// caches, with data of its own. How fast code runs depends on where it lies, by some percent, and where that is
    /// depends on the whole program. So what is said of two builds should not rest on one layout of each. A program that
    /// does not call this has the first layouts only: the linker leaves the others out.
    pub fn further_layouts(&self) -> impl Iterator<Item = &'static Self> + use<> {
        let name = self.name;
        FURTHER_LAYOUTS.iter().filter(move |build| build.name == name)
    }

    /// The compiler that made the build and its version, as it named itself while it compiled:
    /// `gcc 14.2.0`.
    pub fn compiler(&self) -> &'static str {
        // SAFETY: the pointer is to a string constant of the build's C file.
        unsafe { text(self.raw().compiler) }
    }

    pub(crate) fn version(&self) -> &'static str {
        // SAFETY: as above.
        unsafe { text(self.raw().version) }
    }

    pub(crate) fn counters(&self) -> &'static RawCounters {
        // SAFETY: the pointer is to a static of the build's C file, of atomics that are laid out as RawCounters.
        unsafe { &*self.raw().counters }
    }

    /// That it cannot be used: what is wrong, as the sentence after its name.
    pub(crate) fn unusable(&self, problem: impl Display) -> Error {
        Error::Refused(format!("SQLite build `{}` {problem}", self.name))
    }

    /// Another of the same, to say other things of it.
    #[cfg(test)]
    pub(crate) fn copied(&self) -> Self {
        Self { ..*self }
    }

    /// What the build's C file says of itself.
    pub(crate) fn raw(&self) -> &'static RawBuild {
        // SAFETY: the entry is a function of the build's own C file. It returns a pointer to a
        // constant that is laid out as RawBuild, and may be called at any time.
        unsafe { &*(self.entry)() }
    }
}

/// # Safety
///
/// `text` is a string constant.
unsafe fn text(text: *const c_char) -> &'static str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("unreadable")
}

include!(concat!(env!("OUT_DIR"), "/builds.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    /// Code is fetched in lines of 64 bytes, and compilers begin a function at any multiple of 16.
    #[test]
    fn layouts_stand_otherwise_to_the_lines_of_a_cache() {
        for build in builds() {
            let first = build.entry as usize;
            for (number, layout) in build.further_layouts().enumerate() {
                let shift = (layout.entry as usize).wrapping_sub(first) % 64;
                assert_eq!(shift, 16 * (number + 1) % 64, "{}", layout.title);
            }
        }
    }
}
