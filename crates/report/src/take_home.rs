//! What a reader puts into a project to get a measured `SQLite` build there, and what it changes beside the speed.

use measure::record::{CompiledRecord, SqliteRecord};

/// A build for a reader's own project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeHome {
    /// The build's name.
    pub build: String,
    /// What to set, one line for each place; none for what rusqlite's feature `bundled` is already.
    pub settings: Vec<String>,
    /// What a program would notice, in sentences.
    pub warnings: Vec<String>,
}

/// A define that changes more than speed, as `LIBSQLITE3_FLAGS` passes it, and what a program would notice.
///
/// Sources: <https://sqlite.org/compile.html> for every option; rusqlite 0.41, `inner_connection.rs`, for what it
/// refuses; fsync(2) for what fdatasync leaves out.
const CHANGES: [(&str, &str); 25] = [
    (
        "-DSQLITE_THREADSAFE=0",
        "no mutexes: only one thread may use SQLite. rusqlite 0.41 links no such build by itself: its check of the \
         threading mode names `sqlite3_mutex_alloc` and `sqlite3_mutex_free`, which the program has to define; \
         and its `Connection::open` refuses the build (open with `ffi::sqlite3_open_v2` and \
         `Connection::from_handle_owned`)",
    ),
    ("-DSQLITE_THREADSAFE=2", "no two threads may use one connection at the same time"),
    (
        "-DHAVE_FDATASYNC=1",
        "commits call fdatasync: the data is as durable, a file's times are not",
    ),
    (
        "-DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1",
        "in WAL mode a commit waits for no sync unless `PRAGMA synchronous` says so: a power cut takes back \
         what was acknowledged",
    ),
    (
        "-DSQLITE_DQS=0",
        "text in double quotes is a name, never a string: SQL that relies on it fails",
    ),
    (
        "-DSQLITE_DEFAULT_MEMSTATUS=0",
        "`sqlite3_memory_used` tells nothing, and the soft heap limit does not hold",
    ),
    ("-DSQLITE_LIKE_DOESNT_MATCH_BLOBS", "LIKE and GLOB never match a BLOB"),
    (
        "-DSQLITE_MAX_EXPR_DEPTH=0",
        "expressions may nest without limit: SQL from strangers can overflow the stack",
    ),
    (
        "-DSQLITE_OMIT_AUTOINIT",
        "`sqlite3_initialize` must be called before anything else, or the program crashes",
    ),
    ("-DSQLITE_OMIT_DECLTYPE", "no declared types of columns (rusqlite's `decl_type`)"),
    ("-DSQLITE_OMIT_DEPRECATED", "no deprecated functions: what calls one does not link"),
    (
        "-DSQLITE_OMIT_PROGRESS_CALLBACK",
        "no progress handler: rusqlite's feature `hooks` does not link",
    ),
    (
        "-DSQLITE_OMIT_SHARED_CACHE",
        "no shared cache: connections to one in-memory database stay apart",
    ),
    ("-DSQLITE_STRICT_SUBTYPE=1", "functions of one's own that return a subtype must say so"),
    ("-DSQLITE_USE_ALLOCA", "more is kept on the stack"),
    (
        "-USQLITE_DEFAULT_FOREIGN_KEYS",
        "foreign keys are not enforced unless `PRAGMA foreign_keys` says so",
    ),
    ("-USQLITE_ENABLE_API_ARMOR", "a wrong call is undefined behaviour instead of SQLITE_MISUSE"),
    ("-USQLITE_ENABLE_COLUMN_METADATA", "no names of the tables behind a result's columns"),
    ("-USQLITE_ENABLE_DBSTAT_VTAB", "no table `dbstat`"),
    ("-USQLITE_ENABLE_FTS3", "no full-text search (FTS3, FTS4)"),
    ("-USQLITE_ENABLE_FTS5", "no full-text search (FTS5)"),
    ("-USQLITE_ENABLE_RTREE", "no R-tree"),
    ("-USQLITE_ENABLE_STAT4", "ANALYZE collects less, and queries may be planned otherwise"),
    ("-USQLITE_SOUNDEX", "no SQL function `soundex`"),
    ("-USQLITE_USE_URI", "`file:` names are no URIs unless a connection asks for it"),
];

/// Flags of `bundled` that change nothing where they are taken back or given: SQLite decides the same without
/// them, or they concern how it is linked.
const NO_CHANGE: [&str; 9] = [
    "-UHAVE_ISNAN",
    "-UHAVE_LOCALTIME_R",
    "-UHAVE_USLEEP",
    "-USQLITE_CORE",
    "-USQLITE_ENABLE_FTS3_PARENTHESIS",
    "-USQLITE_ENABLE_JSON1",
    "-USQLITE_ENABLE_LOAD_EXTENSION",
    "-USQLITE_THREADSAFE",
    "-U_POSIX_THREAD_SAFE_FUNCTIONS",
];

impl TakeHome {
    /// What to set for a build, if the record tells how it was compiled.
    #[must_use]
    pub fn of(sqlite: &SqliteRecord) -> Option<Self> {
        let compiled = sqlite.compiled.as_ref()?;
        Some(Self {
            build: sqlite.build.clone(),
            settings: settings(compiled),
            warnings: warnings(compiled),
        })
    }
}

fn settings(compiled: &CompiledRecord) -> Vec<String> {
    let flags = compiled.libsqlite3_flags.join(" ");
    let others = compiled.compiler_flags.join(" ");
    let mut settings = Vec::new();
    if !flags.is_empty() {
        settings.push(format!("LIBSQLITE3_FLAGS=\"{flags}\""));
    }
    if !others.is_empty() {
        settings.push(format!("CFLAGS=\"{others}\""));
    }
    if compiled.optimize != RELEASE_LEVEL {
        settings.push(format!(
            "[profile.release.package.libsqlite3-sys] opt-level = {}",
            compiled.optimize
        ));
    }
    settings
}

/// The level of cargo's release profile.
const RELEASE_LEVEL: &str = "3";

fn warnings(compiled: &CompiledRecord) -> Vec<String> {
    let mut warnings = Vec::new();
    for flag in &compiled.libsqlite3_flags {
        let known = CHANGES.iter().find(|(name, _)| name == flag);
        let is_replaced = flag.strip_prefix("-U").is_some_and(|name| {
            compiled.defines.iter().any(|define| define.split('=').next() == Some(name))
        });
        match known {
            Some((_, what)) => warnings.push((*what).to_owned()),
            None if is_replaced || NO_CHANGE.contains(&flag.as_str()) => {}
            None => warnings
                .push(format!("`{flag}` is not known here: see <https://sqlite.org/compile.html>")),
        }
    }
    if compiled.compiler_flags.iter().any(|flag| flag == "-march=native") {
        warnings.push("the program runs on processors like this one only".into());
    }
    warnings
}

#[cfg(test)]
mod tests {
    use measure::floor::SyncCall;

    use super::*;

    fn build(flags: &[&str], defines: &[&str]) -> SqliteRecord {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        SqliteRecord {
            version: "3.54.1".into(),
            build: "made-up".into(),
            compile_options: vec![],
            sync_call: SyncCall::Fsync,
            compiled: Some(CompiledRecord {
                object_bytes: 1_000_000,
                layouts: None,
                compiler: None,
                optimize: "3".into(),
                compiler_flags: vec![],
                defines: owned(defines),
                libsqlite3_flags: owned(flags),
            }),
        }
    }

    #[test]
    fn bundled_itself_takes_nothing_and_changes_nothing() {
        let home = TakeHome::of(&build(&[], &["SQLITE_THREADSAFE=1"])).unwrap();
        assert_eq!((home.settings, home.warnings), (vec![], vec![]));
    }

    #[test]
    fn a_replaced_define_is_warned_of_once() {
        let flags = ["-USQLITE_THREADSAFE", "-DSQLITE_THREADSAFE=0"];
        let home = TakeHome::of(&build(&flags, &["SQLITE_THREADSAFE=0"])).unwrap();
        assert_eq!(
            home.settings,
            ["LIBSQLITE3_FLAGS=\"-USQLITE_THREADSAFE -DSQLITE_THREADSAFE=0\""]
        );
        assert_eq!(home.warnings.len(), 1);
        assert!(home.warnings[0].starts_with("no mutexes: "), "{:?}", home.warnings);
    }

    #[test]
    fn a_flag_that_nobody_knows_is_named() {
        let home = TakeHome::of(&build(&["-DSQLITE_FAST=1"], &["SQLITE_FAST=1"])).unwrap();
        assert!(home.warnings[0].starts_with("`-DSQLITE_FAST=1` is not known"), "{home:?}");
    }

    #[test]
    fn what_no_define_says_has_a_place_of_its_own() {
        let mut sqlite = build(&[], &[]);
        let compiled = sqlite.compiled.as_mut().unwrap();
        compiled.compiler_flags = vec!["-march=native".into()];
        compiled.optimize = "2".into();
        let home = TakeHome::of(&sqlite).unwrap();
        assert_eq!(
            home.settings,
            ["CFLAGS=\"-march=native\"", "[profile.release.package.libsqlite3-sys] opt-level = 2"]
        );
        assert_eq!(home.warnings, ["the program runs on processors like this one only"]);
    }

    #[test]
    fn an_older_record_does_not_tell() {
        let sqlite = SqliteRecord { compiled: None, ..build(&[], &[]) };
        assert_eq!(TakeHome::of(&sqlite), None);
    }
}
