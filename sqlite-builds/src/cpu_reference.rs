//! The CPU reference: a fixed piece of SQLite's own work, to be timed beside what is measured.
//!
//! A shared processor changes between regimes every few seconds. A loop of arithmetic hardly sees that, and
//! SQLite's own inserts see nearly all of it. The work goes through the build's own table of functions and not
//! through the one that rusqlite calls, so it can be done while a connection of any build is open, and nothing
//! has to be suspended for it.

#![expect(unsafe_code, reason = "calls SQLite through a build's own table of functions")]

use std::ffi::{CStr, c_int};
use std::marker::PhantomData;
use std::ptr;
use std::time::{Duration, Instant};

use rusqlite::ffi::{self, sqlite3, sqlite3_api_routines, sqlite3_stmt};

use crate::api_table;
use crate::build::{SqliteBuild, find};
use crate::error::Error;
use crate::registry;

/// The build whose code is the reference: what a Rust program gets without asking.
const BUILD: &str = "bundled";

/// Rows of a batch: the first document's merged packet.
const ROWS: i64 = 400;

/// A database in memory, and the statement that fills it.
#[derive(Debug)]
pub struct CpuReference {
    build: &'static SqliteBuild,
    table: &'static sqlite3_api_routines,
    connection: *mut sqlite3,
    insert: *mut sqlite3_stmt,
    /// Rows that `insert_rows` has left in the table.
    inserted: i64,
    /// The connection is opened without a mutex.
    stays_on_its_thread: PhantomData<*const ()>,
}

/// Calls a function of the table, or says which one the build lacks.
macro_rules! call {
    ($reference:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $reference.table.$function {
            // SAFETY: the function belongs to the build whose connection and statement are handed to it. Both are
            // valid from `open` to `drop`, they are used by this thread alone, and strings end in a zero byte.
            Some(function) => Ok(unsafe { function($reference.connection, $($argument),*) }),
            None => Err($reference.lacks(stringify!($function))),
        }
    };
}

/// The same for a function that takes the statement.
macro_rules! call_on_insert {
    ($reference:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $reference.table.$function {
            // SAFETY: as in `call`.
            Some(function) => Ok(unsafe { function($reference.insert, $($argument),*) }),
            None => Err($reference.lacks(stringify!($function))),
        }
    };
}

impl CpuReference {
    /// Opens a database in memory through the build `bundled`, which need not be the active one.
    ///
    /// # Errors
    /// What is wrong with the build, or what SQLite answers.
    pub fn open() -> Result<Self, Error> {
        let build = find(BUILD)?;
        let table =
            registry::alone(|| api_table::own_table(build, api_table::initialised(build)?))?;
        let mut reference = Self {
            build,
            table,
            connection: ptr::null_mut(),
            insert: ptr::null_mut(),
            inserted: 0,
            stays_on_its_thread: PhantomData,
        };
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_NOMUTEX;
        let open = table.open_v2.ok_or_else(|| reference.lacks("open_v2"))?;
        // SAFETY: the name ends in a zero byte, and the connection is a place for the result.
        let code = unsafe {
            open(c":memory:".as_ptr(), &raw mut reference.connection, flags, ptr::null())
        };
        reference.check(code)?;
        reference.execute(
            c"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE votes(article INTEGER, user INTEGER)",
        )?;
        let sql = c"INSERT INTO votes VALUES(?1, ?2)";
        let mut insert = ptr::null_mut();
        let code =
            call!(reference, prepare_v2(sql.as_ptr(), -1, &raw mut insert, ptr::null_mut()))?;
        reference.insert = insert;
        reference.check(code)?;
        Ok(reference)
    }

    /// Inserts a batch of 400 rows in one transaction, and returns how long that took. The rows are deleted again
    /// afterwards, outside of the timing.
    ///
    /// # Errors
    /// What SQLite answers, and [`Error::Reference`] where the batch is not in the table.
    pub fn time_batch(&mut self) -> Result<Duration, Error> {
        if self.inserted > 0 {
            self.delete_rows(self.inserted)?;
            self.inserted = 0;
        }
        let begin = Instant::now();
        self.execute(c"BEGIN")?;
        for row in 0..ROWS {
            self.insert_row(row)?;
        }
        self.execute(c"COMMIT")?;
        let elapsed = begin.elapsed();
        self.delete_rows(ROWS)?;
        Ok(elapsed)
    }

    /// Inserts so many rows, each in a transaction of its own: work of a known kind and amount, to be planted. Rows are
    /// deleted whenever there are 400.
    ///
    /// # Errors
    /// As [`CpuReference::time_batch`].
    pub fn insert_rows(&mut self, rows: u32) -> Result<(), Error> {
        for _ in 0..rows {
            self.insert_row(self.inserted)?;
            self.inserted += 1;
            if self.inserted == ROWS {
                self.delete_rows(ROWS)?;
                self.inserted = 0;
            }
        }
        Ok(())
    }

    fn insert_row(&self, row: i64) -> Result<(), Error> {
        let bound = call_on_insert!(self, bind_int64(1, row * 7_919 % 100_000))?;
        self.check(bound)?;
        let bound = call_on_insert!(self, bind_int64(2, row))?;
        self.check(bound)?;
        let stepped = call_on_insert!(self, step())?;
        if stepped != ffi::SQLITE_DONE {
            return Err(self.failed(stepped));
        }
        let reset = call_on_insert!(self, reset())?;
        self.check(reset)
    }

    fn delete_rows(&self, expected: i64) -> Result<(), Error> {
        self.execute(c"DELETE FROM votes")?;
        let deleted = i64::from(call!(self, changes())?);
        if deleted != expected {
            return Err(Error::Reference {
                build: self.build.name,
                message: format!(
                    "expected {expected} rows in the table after a batch, got {deleted}"
                ),
            });
        }
        Ok(())
    }

    fn execute(&self, sql: &CStr) -> Result<(), Error> {
        let code = call!(self, exec(sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut()))?;
        self.check(code)
    }

    fn check(&self, code: c_int) -> Result<(), Error> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.failed(code)) }
    }

    fn failed(&self, code: c_int) -> Error {
        Error::Reference { build: self.build.name, message: ffi::Error::new(code).to_string() }
    }

    fn lacks(&self, function: &str) -> Error {
        Error::Reference {
            build: self.build.name,
            message: format!("expected a function sqlite3_{function}, got none"),
        }
    }
}

impl Drop for CpuReference {
    fn drop(&mut self) {
        // SAFETY: null is no statement and no connection, and both functions take it; nothing is used afterwards. What
        // they answer concerns a database in memory that is gone either way.
        unsafe {
            if let Some(finalize) = self.table.finalize {
                finalize(self.insert);
            }
            if let Some(close) = self.table.close {
                close(self.connection);
            }
        }
    }
}
