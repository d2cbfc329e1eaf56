//! Defines that no build may have, each with the reason.

/// These leave grammar rules or keywords out; the amalgamation carries the generated parser and
/// keyword table, in which they are already compiled in. Source: the conditionals of SQLite's
/// src/parse.y and the keyword masks of its tool/mkkeywordhash.c;
/// <https://sqlite.org/compile.html#omitfeatures> says that such options need the canonical source.
const CHANGES_THE_PARSER: [&str; 25] = [
    "SQLITE_OMIT_ALTERTABLE",
    "SQLITE_OMIT_ANALYZE",
    "SQLITE_OMIT_ATTACH",
    "SQLITE_OMIT_AUTOINCREMENT",
    "SQLITE_OMIT_CAST",
    "SQLITE_OMIT_COMPOUND_SELECT",
    "SQLITE_OMIT_CONFLICT_CLAUSE",
    "SQLITE_OMIT_CTE",
    "SQLITE_OMIT_EXPLAIN",
    "SQLITE_OMIT_FOREIGN_KEY",
    "SQLITE_OMIT_GENERATED_COLUMNS",
    "SQLITE_OMIT_PRAGMA",
    "SQLITE_OMIT_REINDEX",
    "SQLITE_OMIT_RETURNING",
    "SQLITE_OMIT_SUBQUERY",
    "SQLITE_OMIT_TEMPDB",
    "SQLITE_OMIT_TRIGGER",
    "SQLITE_OMIT_UPSERT",
    "SQLITE_OMIT_VACUUM",
    "SQLITE_OMIT_VIEW",
    "SQLITE_OMIT_VIRTUALTABLE",
    "SQLITE_OMIT_WINDOWFUNC",
    "SQLITE_ENABLE_ORDERED_SET_AGGREGATES",
    "SQLITE_ENABLE_UPDATE_DELETE_LIMIT",
    "SQLITE_UDL_CAPABLE_PARSER",
];

/// These compile, and take away a pragma that durabench sets and reads back, or a call that it makes of
/// every build (tried one by one with 3.54.1).
const TAKES_AWAY_WHAT_IS_READ: [(&str, &str); 8] = [
    ("SQLITE_MAX_MMAP_SIZE", "it bounds PRAGMA mmap_size, which durabench sets and reads back"),
    ("SQLITE_OMIT_AUTOVACUUM", "it takes away PRAGMA auto_vacuum, which durabench reads back"),
    (
        "SQLITE_OMIT_COMPILEOPTION_DIAGS",
        "it takes away PRAGMA compile_options, which goes into every run record",
    ),
    (
        "SQLITE_OMIT_FLAG_PRAGMAS",
        "it takes away PRAGMA foreign_keys and recursive_triggers, which durabench reads back",
    ),
    (
        "SQLITE_OMIT_INTEGRITY_CHECK",
        "it takes away PRAGMA integrity_check, with which databases are verified",
    ),
    (
        "SQLITE_OMIT_SCHEMA_PRAGMAS",
        "it takes away PRAGMA database_list and table_info, by which databases are looked at",
    ),
    (
        "SQLITE_OMIT_SCHEMA_VERSION_PRAGMAS",
        "it takes away PRAGMA freelist_count, which durabench reads",
    ),
    ("SQLITE_OMIT_WAL", "it takes away the WAL, and every case with journal_mode=wal fails"),
];

/// What the amalgamation does not link with (tried with 3.54.1).
const DOES_NOT_LINK: [&str; 2] = ["SQLITE_OMIT_PAGER_PRAGMAS", "SQLITE_OMIT_WSD"];

/// These leave out syncs that a case's settings promise.
const TAKES_AWAY_SYNCS: [&str; 2] = ["SQLITE_DISABLE_DIRSYNC", "SQLITE_NO_SYNC"];

/// What the C file of every build defines itself.
const SET_BY_THE_C_FILE: [&str; 9] = [
    "DURABENCH_ENTRY",
    "SQLITE_API",
    "SQLITE_EXTERN",
    "SQLITE_PRIVATE",
    "fdatasync",
    "fsync",
    "ftruncate",
    "pwrite",
    "write",
];

/// Why `name` may not be defined, or `None` when it may.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    if name == "SQLITE_OMIT_LOAD_EXTENSION" {
        return Some(
            "it removes the table sqlite3Apis, through which rusqlite reaches the build; \
             leave it out (rusqlite cannot load extensions here in any case)",
        );
    }
    if CHANGES_THE_PARSER.contains(&name) {
        return Some(
            "it changes the SQL parser, which the amalgamation carries ready generated; \
             it works only with SQLite's canonical sources, see sqlite.org/compile.html",
        );
    }
    let taken_away = TAKES_AWAY_WHAT_IS_READ.iter().find(|(define, _)| *define == name);
    if let Some((_, reason)) = taken_away {
        return Some(reason);
    }
    if DOES_NOT_LINK.contains(&name) {
        return Some("the amalgamation does not link with it; leave it out");
    }
    if TAKES_AWAY_SYNCS.contains(&name) {
        return Some("it leaves out syncs that a case's settings promise, and the figures claim");
    }
    if name == "SQLITE_OMIT_DISKIO" || name == "SQLITE_OS_OTHER" {
        return Some("it removes the unix VFS, and with it every write that durabench measures");
    }
    if SET_BY_THE_C_FILE.contains(&name) {
        return Some(
            "the build's C file sets it, to link the builds side by side and to count system \
             calls; for fdatasync define HAVE_FDATASYNC=1",
        );
    }
    None
}
