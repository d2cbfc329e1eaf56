//! Typed pragmas: set in the order that works, read back, and refused when they did not take.

use std::num::NonZeroU32;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::axis::AxisValue;
use crate::error::{Result, WriteError};
use crate::inspect::Settings;

/// Every pragma that a case sets. Nothing is left to a default, because builds differ in theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pragmas {
    /// `page_size`, in bytes.
    pub page_size: PageSize,
    /// `auto_vacuum`.
    pub auto_vacuum: AutoVacuum,
    /// `locking_mode`.
    pub locking_mode: LockingMode,
    /// `journal_mode`.
    pub journal_mode: JournalMode,
    /// `synchronous`.
    pub synchronous: Synchronous,
    /// `wal_autocheckpoint`.
    pub wal_autocheckpoint: WalAutocheckpoint,
    /// `journal_size_limit`.
    pub journal_size_limit: JournalSizeLimit,
    /// `cache_size`.
    pub cache_size: CacheSize,
    /// `mmap_size`, in bytes; 0 maps nothing.
    pub mmap_size_bytes: u64,
    /// `temp_store`.
    pub temp_store: TempStore,
}

/// Declares a pragma's values: the variant, what SQLite is told, what it reads back, the label in ids.
macro_rules! pragma_values {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $told:literal, $answer:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $told)] $variant,)+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value as ids, tables and SQL write it.
            pub fn name(self) -> &'static str {
                self.texts()[0]
            }

            fn texts(self) -> [&'static str; 3] {
                match self { $(Self::$variant => [$told, $answer, $label],)+ }
            }
        }
    };
}

pragma_values! {
    /// `PRAGMA journal_mode` (<https://sqlite.org/pragma.html#pragma_journal_mode>).
    JournalMode {
        /// The rollback journal is deleted at each commit: SQLite's default.
        Delete = "delete", "delete", "delete";
        /// The rollback journal is cut to zero bytes at each commit.
        Truncate = "truncate", "truncate", "truncate";
        /// The rollback journal's header is zeroed at each commit.
        Persist = "persist", "persist", "persist";
        /// The rollback journal is kept in memory.
        Memory = "memory", "memory", "memory";
        /// No rollback journal.
        Off = "off", "off", "off";
        /// Write-ahead log.
        Wal = "wal", "wal", "wal";
    }
}

pragma_values! {
    /// `PRAGMA synchronous` (<https://sqlite.org/pragma.html#pragma_synchronous>).
    Synchronous {
        /// Nothing is synced.
        Off = "off", "0", "off";
        /// Synced at the most critical moments; in WAL mode only around checkpoints.
        Normal = "normal", "1", "normal";
        /// In WAL mode each commit syncs the WAL: SQLite's default.
        Full = "full", "2", "full";
        /// As FULL, and the directory is synced after a rollback journal is unlinked.
        Extra = "extra", "3", "extra";
    }
}

pragma_values! {
    /// `PRAGMA locking_mode`.
    LockingMode {
        /// Locks are released after each transaction: SQLite's default.
        Normal = "normal", "normal", "shared";
        /// Locks are kept; in WAL mode no shared memory is used and no second connection may open.
        Exclusive = "exclusive", "exclusive", "excl";
    }
}

pragma_values! {
    /// `PRAGMA auto_vacuum`.
    AutoVacuum {
        /// Freed pages stay in the file and are reused: SQLite's default.
        None = "none", "0", "vacnone";
        /// Freed pages are moved to the end and cut off at each commit.
        Full = "full", "1", "vacfull";
        /// Freed pages are cut off when `incremental_vacuum` asks.
        Incremental = "incremental", "2", "vacincr";
    }
}

pragma_values! {
    /// `PRAGMA temp_store`.
    TempStore {
        /// As the build was compiled: a file, usually.
        Default = "default", "0", "tempdefault";
        /// Temporary tables and indexes in files.
        File = "file", "1", "tempfile";
        /// Temporary tables and indexes in memory.
        Memory = "memory", "2", "tempmem";
    }
}

/// `PRAGMA page_size`: a power of two from 512 to 65,536 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u32);

impl PageSize {
    /// Every page size that SQLite knows, ascending.
    pub const ALL: [Self; 8] = [
        Self(512),
        Self(1024),
        Self(2048),
        Self::DEFAULT,
        Self(8192),
        Self(16_384),
        Self(32_768),
        Self(65_536),
    ];

    /// SQLite's default since 3.12.0.
    pub const DEFAULT: Self = Self(4096);

    /// The page size in bytes.
    pub fn bytes(self) -> u32 {
        self.0
    }
}

/// `PRAGMA wal_autocheckpoint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalAutocheckpoint {
    /// The commit that brings the WAL to this many pages checkpoints it. SQLite's default is 1,000.
    Pages(NonZeroU32),
    /// Commits never checkpoint.
    Off,
}

impl WalAutocheckpoint {
    /// SQLite's default (`SQLITE_DEFAULT_WAL_AUTOCHECKPOINT`).
    pub const DEFAULT: Self = Self::Pages(NonZeroU32::new(1000).expect("1000 is not zero"));

    /// The pragma's value in pages, 0 for off.
    pub fn pages(self) -> u32 {
        match self {
            Self::Pages(pages) => pages.get(),
            Self::Off => 0,
        }
    }
}

/// `PRAGMA journal_size_limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalSizeLimit {
    /// The journal or WAL file keeps its largest size: SQLite's default.
    Unlimited,
    /// The file is cut to this many bytes when it is reset.
    Bytes(u64),
}

/// `PRAGMA cache_size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheSize {
    /// Kibibytes of page cache.
    pub kibibytes: NonZeroU32,
}

impl CacheSize {
    /// SQLite's default: 2,000 KiB (`SQLITE_DEFAULT_CACHE_SIZE`).
    pub const DEFAULT: Self = Self { kibibytes: NonZeroU32::new(2000).expect("2000 is not zero") };

    /// A page cache of this many mebibytes.
    pub const fn mebibytes(mebibytes: NonZeroU32) -> Self {
        Self { kibibytes: mebibytes.saturating_mul(NonZeroU32::new(1024).expect("not zero")) }
    }
}

/// A pragma, what SQLite is told and what it must read back.
struct Wish {
    pragma: &'static str,
    told: String,
    answer: String,
    /// The label of its axis; empty where it is the same in every case.
    label: String,
}

impl Pragmas {
    /// SQLite as it comes, spelled out.
    pub const VANILLA: Self = Self {
        page_size: PageSize::DEFAULT,
        auto_vacuum: AutoVacuum::None,
        locking_mode: LockingMode::Normal,
        journal_mode: JournalMode::Delete,
        synchronous: Synchronous::Full,
        wal_autocheckpoint: WalAutocheckpoint::DEFAULT,
        journal_size_limit: JournalSizeLimit::Unlimited,
        cache_size: CacheSize::DEFAULT,
        mmap_size_bytes: 0,
        temp_store: TempStore::Default,
    };

    /// The vanilla pragmas with another journal mode and synchronous level.
    pub const fn with_durability(journal_mode: JournalMode, synchronous: Synchronous) -> Self {
        Self { journal_mode, synchronous, ..Self::VANILLA }
    }

    /// What is kept of a journal or WAL of so many bytes when it begins anew.
    pub(super) fn kept_journal_bytes(&self, bytes: u64) -> u64 {
        match self.journal_size_limit {
            JournalSizeLimit::Unlimited => bytes,
            JournalSizeLimit::Bytes(limit) => bytes.min(limit),
        }
    }

    /// Sets every pragma on a connection. `page_size` and `auto_vacuum` come before `journal_mode`,
    /// which writes the first page; `locking_mode` comes before it too, since an exclusive WAL must
    /// never have had shared memory. Nothing is checked yet: SQLite tells some of the answers only
    /// once the database has a table (see [`Pragmas::read_back`]).
    pub fn set(&self, connection: &Connection) -> Result<()> {
        for wish in self.wishes() {
            let sql = format!("PRAGMA {} = {}", wish.pragma, wish.told);
            // Some of these pragmas answer with a row, some do not.
            let setting = || WriteError::sqlite("setting a pragma");
            let mut statement =
                connection.prepare(&sql).map_err(WriteError::sqlite("preparing a pragma"))?;
            let mut rows = statement.query([]).map_err(setting())?;
            while rows.next().map_err(setting())?.is_some() {}
        }
        Ok(())
    }

    /// Reads every pragma back and refuses the first that is not in effect.
    pub fn read_back(&self, connection: &Connection) -> Result<Settings> {
        let mut settings = Settings::new();
        for wish in self.wishes() {
            let answered = read_pragma(connection, wish.pragma)?;
            if answered != wish.answer {
                return Err(WriteError::PragmaRefused {
                    pragma: wish.pragma,
                    expected: wish.told,
                    answered,
                });
            }
            settings.insert(wish.pragma.to_string(), wish.told);
        }
        Ok(settings)
    }

    /// The pragmas that tell cases apart, with their values.
    pub(super) fn axes(&self) -> impl Iterator<Item = AxisValue> {
        let axes = self.wishes().into_iter().filter(|wish| !wish.label.is_empty());
        axes.map(|wish| AxisValue::labelled(wish.pragma, wish.told, wish.label))
    }

    fn wishes(&self) -> [Wish; 13] {
        let named = |pragma, [told, answer, label]: [&str; 3]| Wish {
            pragma,
            told: told.to_owned(),
            answer: answer.to_owned(),
            label: label.to_owned(),
        };
        let number = |pragma, value: i64, label| Wish {
            pragma,
            told: value.to_string(),
            answer: value.to_string(),
            label,
        };
        // Held fixed, because builds differ in these defaults.
        let off = |pragma| named(pragma, ["off", "0", ""]);
        let (page, checkpoint) = (self.page_size.bytes(), self.wal_autocheckpoint.pages());
        let (limit, limit_label) = match self.journal_size_limit {
            JournalSizeLimit::Unlimited => (-1, "unlimited".to_owned()),
            JournalSizeLimit::Bytes(bytes) => {
                (bytes.cast_signed(), format!("limit{}m", bytes >> 20))
            }
        };
        let cache = self.cache_size.kibibytes.get();
        let cache_label = match cache.is_multiple_of(1024) {
            true => format!("cache{}m", cache / 1024),
            false => format!("cache{cache}k"),
        };
        let mapped = self.mmap_size_bytes;
        [
            number("page_size", page.into(), format!("page{page}")),
            named("auto_vacuum", self.auto_vacuum.texts()),
            named("locking_mode", self.locking_mode.texts()),
            named("journal_mode", self.journal_mode.texts()),
            named("synchronous", self.synchronous.texts()),
            number("wal_autocheckpoint", checkpoint.into(), format!("auto{checkpoint}")),
            number("journal_size_limit", limit, limit_label),
            // A negative cache size is in KiB (pragma.html, cache_size).
            number("cache_size", -i64::from(cache), cache_label),
            number("mmap_size", mapped.cast_signed(), format!("mmap{}m", mapped >> 20)),
            named("temp_store", self.temp_store.texts()),
            off("foreign_keys"),
            off("secure_delete"),
            off("recursive_triggers"),
        ]
    }
}

fn read_pragma(connection: &Connection, pragma: &'static str) -> Result<String> {
    let value: Option<Value> = connection
        .query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
        .optional()
        .map_err(WriteError::sqlite("reading a pragma back"))?;
    Ok(match value {
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Text(text)) => text,
        Some(other) => format!("{other:?}"),
        // SQLite answers an unknown pragma, and mmap_size in a build without mmap, with no row.
        None => "nothing".to_string(),
    })
}
