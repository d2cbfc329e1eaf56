//! An append-only log with group commit: the limit that SQLite is measured against.
