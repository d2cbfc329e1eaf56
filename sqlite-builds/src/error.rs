//! What can go wrong with a build or in opening a connection.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

/// Why a build could not be found, activated or opened.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// `builds.toml` names no such build.
    #[error(
        "no SQLite build is named `{name}`; the builds are, nearest first: {}",
        known.join(", ")
    )]
    UnknownBuild {
        /// The name that was asked for.
        name: String,
        /// The names that there are, nearest first.
        known: Vec<&'static str>,
    },
    /// The build is named in `builds.toml` but was left out.
    #[error(
        "SQLite build `{name}` was not compiled: it belongs to the {profile} profile; set \
         DURABENCH_BUILDS={profile} for cargo"
    )]
    NotCompiled {
        /// The name that was asked for.
        name: String,
        /// The profile that it belongs to.
        profile: &'static str,
    },
    /// No cost can be planted in the build.
    #[error(
        "SQLite build `{build}` has no place for a planted cost; expected one of those that \
         `durabench builds` lists with the define DURABENCH_PLANTED"
    )]
    NotPlantable {
        /// The build.
        build: &'static str,
    },
    /// Another build is active and in use.
    #[error(
        "cannot activate SQLite build `{expected}`: `{active}` is in use (leases: {leases}, of \
         these open connections: {connections}); drop them first"
    )]
    OtherBuildActive {
        /// The build that was asked for.
        expected: &'static str,
        /// The build that is active.
        active: &'static str,
        /// Leases on the active build, those of its connections and fault guards included.
        leases: usize,
        /// Its open connections.
        connections: usize,
    },
    /// The compiled C file is not what `builds.toml` says of it.
    #[error(
        "SQLite build `{build}` was not compiled as builds.toml says: {what}: expected {expected}, \
         got {found}; take flags out of the compiler's wrapper, `cargo clean -p sqlite-builds`, and \
         compile again"
    )]
    NotAsSaid {
        /// The build.
        build: &'static str,
        /// What differs, by the name of its define or flag.
        what: &'static str,
        /// What the manifest and the cargo profile ask for.
        expected: String,
        /// What the compiled file says.
        found: String,
    },
    /// `sqlite3_initialize` failed, or the build's unix VFS took no other `open`.
    #[error(
        "SQLite build `{build}` cannot be initialised: expected the answer 0, got {code}; take the \
         defines away that its base does not have"
    )]
    Initialize {
        /// The build.
        build: &'static str,
        /// The result code.
        code: i32,
    },
    /// The C side's API table is smaller than the bindings say.
    #[error(
        "the API table of SQLite build `{build}` has {found_bytes} bytes, the bindings wish \
         {expected_bytes}; use the bindings of the same version"
    )]
    ShortApiTable {
        /// The build.
        build: &'static str,
        /// Its table's size.
        found_bytes: usize,
        /// The size in the bindings.
        expected_bytes: usize,
    },
    /// The CPU reference failed.
    #[error("the CPU reference of SQLite build `{build}`: {message}; see that the build is whole")]
    Reference {
        /// The build.
        build: &'static str,
        /// What went wrong.
        message: String,
    },
    /// An API entry with variable arguments is missing, for which there can be no stub.
    #[error(
        "SQLite build `{build}` has no `{entry}`, which takes variable arguments and can have \
         no stub; remove the option that omits it from builds.toml"
    )]
    MissingVariadic {
        /// The build.
        build: &'static str,
        /// The entry of the API table.
        entry: &'static str,
    },
    /// The bindings refuse the build.
    #[error("libsqlite3-sys refuses SQLite build `{build}`: {message}")]
    Bindings {
        /// The build.
        build: &'static str,
        /// What the bindings said.
        message: String,
    },
    /// A build without mutexes is in use on another thread.
    #[error(
        "SQLite build `{build}` has no mutexes (SQLITE_THREADSAFE=0) and is in use on another \
         thread (open connections: {connections}); shards and background threads take a build with \
         mutexes; else close these connections first, or open on their thread"
    )]
    OtherThread {
        /// The build.
        build: &'static str,
        /// Connections open on the other thread.
        connections: usize,
    },
    /// `FullMutex` was asked of a build without mutexes.
    #[error(
        "SQLite build `{build}` has no mutexes (SQLITE_THREADSAFE=0), expected FullMutex; open with \
         NoMutex"
    )]
    NoMutexInBuild {
        /// The build.
        build: &'static str,
    },
    /// A connection of another build is suspended with the same file open.
    #[error(
        "SQLite build `{build}` cannot open {}: a connection of `{holder}` is suspended with that \
         file open, and the locks of two SQLite copies break each other; close it first",
        path.display()
    )]
    FileSuspended {
        /// The build that was to open it.
        build: &'static str,
        /// The build whose connection is suspended.
        holder: &'static str,
        /// The path as it was given.
        path: PathBuf,
    },
    /// The path cannot be handed to SQLite.
    #[error("cannot open the database at {}: {reason}", path.display())]
    BadPath {
        /// The path as it was given.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// SQLite could not open the database.
    #[error("SQLite build `{build}` cannot open the database at {}: {source}", path.display())]
    Open {
        /// The build.
        build: &'static str,
        /// The path as it was given.
        path: PathBuf,
        /// What SQLite answered.
        source: rusqlite::Error,
    },
    /// There is no handle on the database file of a connection.
    #[error(
        "cannot open a handle on {} beside a connection of SQLite build `{build}`: expected the \
         connection's file, got: {source}; leave the file where it is while it is open",
        path.display()
    )]
    DatabaseFile {
        /// The build of the connection.
        build: &'static str,
        /// The path as the connection was opened with.
        path: PathBuf,
        /// What is in the way.
        source: io::Error,
    },
    /// A fault of this kind is armed already.
    #[error("a {kind} fault is armed already; drop its guard first")]
    FaultAlreadyArmed {
        /// `sync` or `write`.
        kind: &'static str,
    },
}
