//! What turns packets into acks: SQLite, the native log, and both together, behind one trait.
