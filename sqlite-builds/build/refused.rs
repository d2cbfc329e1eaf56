//! Defines that no build may have, each with the reason.

/// Reasons, and the defines that each is one against.
const REFUSED: [(&str, &[&str]); 14] = [
    (
        "it removes the table sqlite3Apis, through which rusqlite reaches the build; \
         leave it out (rusqlite cannot load extensions here in any case)",
        &["SQLITE_OMIT_LOAD_EXTENSION"],
    ),
    // Source: the conditionals of SQLite's src/parse.y and the keyword masks of its tool/mkkeywordhash.c, which the
    // amalgamation carries as they were compiled; <https://sqlite.org/compile.html#omitfeatures> says that such options
    // need the canonical source.
    (
        "it changes the SQL parser, which the amalgamation carries ready generated; \
         it works only with SQLite's canonical sources, see sqlite.org/compile.html",
        &[
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
        ],
    ),
    // The next eight compile, and take away a pragma that durabench sets and reads back, or a call that it makes of every
    // build (tried one by one with 3.54.1).
    ("it bounds PRAGMA mmap_size, which durabench sets and reads back", &["SQLITE_MAX_MMAP_SIZE"]),
    ("it takes away PRAGMA auto_vacuum, which durabench reads back", &["SQLITE_OMIT_AUTOVACUUM"]),
    (
        "it takes away PRAGMA compile_options, which goes into every run record",
        &["SQLITE_OMIT_COMPILEOPTION_DIAGS"],
    ),
    (
        "it takes away PRAGMA foreign_keys and recursive_triggers, which durabench reads back",
        &["SQLITE_OMIT_FLAG_PRAGMAS"],
    ),
    (
        "it takes away PRAGMA integrity_check, with which databases are verified",
        &["SQLITE_OMIT_INTEGRITY_CHECK"],
    ),
    (
        "it takes away PRAGMA database_list and table_info, by which databases are looked at",
        &["SQLITE_OMIT_SCHEMA_PRAGMAS"],
    ),
    (
        "it takes away PRAGMA freelist_count, which durabench reads",
        &["SQLITE_OMIT_SCHEMA_VERSION_PRAGMAS"],
    ),
    ("it takes away the WAL, and every case with journal_mode=wal fails", &["SQLITE_OMIT_WAL"]),
    // Tried with 3.54.1.
    (
        "the amalgamation does not link with it; leave it out",
        &["SQLITE_OMIT_PAGER_PRAGMAS", "SQLITE_OMIT_WSD"],
    ),
    (
        "it leaves out syncs that a case's settings promise, and the figures claim",
        &["SQLITE_DISABLE_DIRSYNC", "SQLITE_NO_SYNC"],
    ),
    (
        "it removes the unix VFS, and with it every write that durabench measures",
        &["SQLITE_OMIT_DISKIO", "SQLITE_OS_OTHER"],
    ),
    (
        "the build's C file sets it, to link the builds side by side and to count system \
         calls; for fdatasync define HAVE_FDATASYNC=1",
        &[
            "DURABENCH_ENTRY",
            "SQLITE_API",
            "SQLITE_EXTERN",
            "SQLITE_PRIVATE",
            "fdatasync",
            "fsync",
            "ftruncate",
            "pwrite",
            "write",
        ],
    ),
];

/// Why `name` may not be defined, or `None` when it may.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    let (reason, _) = REFUSED.iter().find(|(_, names)| names.contains(&name))?;
    Some(reason)
}
