//! The CPU reference: a fixed piece of SQLite's own work, to be timed beside what is measured.
//!
//! A shared processor changes between regimes every few seconds. A loop of arithmetic hardly sees that, and
//! SQLite's own inserts see nearly all of it. The work goes through the build's own table of functions and not
//! through the one that rusqlite calls, so it can be done while a connection of any build is open, and nothing
//! has to be suspended for it.

#![expect(unsafe_code, reason = "calls SQLite through a build's own table of functions")]

use std::ffi::{CStr, c_int};
use std::fmt::Display;
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
            Some(function) => Ok(unsafe { function($($argument),*) }),
            None => {
                let lacks = concat!("expected a function sqlite3_", stringify!($function), ", got none");
                Err($reference.failed(lacks))
            }
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
        let table = registry::alone(|| api_table::initialised(build))?;
        let mut reference = Self {
            build,
            table,
            connection: ptr::null_mut(),
            insert: ptr::null_mut(),
            inserted: 0,
            stays_on_its_thread: PhantomData,
        };
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_NOMUTEX;
        let place = &raw mut reference.connection;
        let opened = call!(reference, open_v2(c":memory:".as_ptr(), place, flags, ptr::null()));
        reference.check(opened?)?;
        reference.execute(
            c"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE votes(article INTEGER, user INTEGER)",
        )?;
        let sql = c"INSERT INTO votes VALUES(?1, ?2)".as_ptr();
        let (connection, place) = (reference.connection, &raw mut reference.insert);
        let prepared = call!(reference, prepare_v2(connection, sql, -1, place, ptr::null_mut()));
        reference.check(prepared?)?;
        Ok(reference)
    }

    /// Inserts a batch of 400 rows in one transaction, and returns how long that took. The rows are deleted again
    /// afterwards, outside of the timing.
    ///
    /// # Errors
    /// What SQLite answers, and where the batch is not in the table.
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
        self.check(call!(self, bind_int64(self.insert, 1, row * 7_919 % 100_000))?)?;
        self.check(call!(self, bind_int64(self.insert, 2, row))?)?;
        let stepped = call!(self, step(self.insert))?;
        if stepped != ffi::SQLITE_DONE {
            return Err(self.answered(stepped));
        }
        self.check(call!(self, reset(self.insert))?)
    }

    fn delete_rows(&self, expected: i64) -> Result<(), Error> {
        self.execute(c"DELETE FROM votes")?;
        let deleted = i64::from(call!(self, changes(self.connection))?);
        if deleted != expected {
            let message =
                format!("expected {expected} rows in the table after a batch, got {deleted}");
            return Err(self.failed(message));
        }
        Ok(())
    }

    fn execute(&self, sql: &CStr) -> Result<(), Error> {
        let (sql, nobody) = (sql.as_ptr(), ptr::null_mut());
        self.check(call!(self, exec(self.connection, sql, None, nobody, ptr::null_mut()))?)
    }

    fn check(&self, code: c_int) -> Result<(), Error> {
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.answered(code)) }
    }

    fn answered(&self, code: c_int) -> Error {
        self.failed(ffi::Error::new(code))
    }

    fn failed(&self, message: impl Display) -> Error {
        let build = self.build.name;
        Error::Refused(format!(
            "the CPU reference of SQLite build `{build}`: {message}; see that the build is whole"
        ))
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
