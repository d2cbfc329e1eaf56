//! Named SQLite builds, compiled from one amalgamation and linked side by side, through plain rusqlite.
