//! Defines that no build may have, each with the reason.

/// These leave grammar rules or keywords out; the amalgamation carries the generated parser and
/// keyword table, in which they are already compiled in. Source: the conditionals of SQLite's
/// src/parse.y and the keyword masks of its tool/mkkeywordhash.c;
/// <https://sqlite.org/compile.html#omitfeatures> says that such options need the canonical source.
const CHANGES_THE_PARSER: [&str; 24] = [
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
    "SQLITE_ENABLE_UPDATE_DELETE_LIMIT",
    "SQLITE_UDL_CAPABLE_PARSER",
];

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
