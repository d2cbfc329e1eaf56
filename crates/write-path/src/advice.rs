//! What to do about an error that comes from below.

use std::io;

use rusqlite::ErrorCode;

/// What to do about a failed operation on a file, as the end of a message.
pub fn advice_on_io(error: &io::Error) -> &'static str {
    /// `EMFILE`, which std has no kind for.
    const TOO_MANY_OPEN_FILES: i32 = 24;
    match error.kind() {
        _ if error.raw_os_error() == Some(TOO_MANY_OPEN_FILES) => {
            "raise the limit on open files (ulimit -n)"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space there, or choose another directory"
        }
        io::ErrorKind::FileTooLarge => "raise the limit on the size of files (ulimit -f)",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "choose a directory that can be written"
        }
        io::ErrorKind::NotFound => "see who removed it",
        _ => "look into the kernel's log for what the device reported",
    }
}

/// What to do about a result code (<https://sqlite.org/rescode.html>).
pub(crate) fn advice_on_sqlite(error: &rusqlite::Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => {
            "look into the kernel's log for what the device reported"
        }
        Some(ErrorCode::DiskFull) => "free some space where the database lies",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "close the other connection to this database"
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            "choose a directory that can be written"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "begin again with an empty directory"
        }
        Some(ErrorCode::ConstraintViolation) => {
            "give the case a workload whose records the table admits"
        }
        _ => "https://sqlite.org/rescode.html explains the code",
    }
}
