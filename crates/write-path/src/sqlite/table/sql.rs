//! The SQL of every table shape.

use super::{KeyAffinity, SecondaryIndexes, Table};

impl Table {
    /// The table's name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Votes(_)
            | Self::VotesByKey
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesUniquePair
            | Self::VotesAutoincrement => "votes",
            Self::SoupStore(_) => "store",
            Self::VotePackets => "packets",
            Self::Events | Self::EventsUnindexed => "log_events",
        }
    }

    /// The statements that make the table.
    pub fn create_sql(self) -> &'static str {
        match self {
            Self::Votes(indexes) => create_votes_sql(indexes),
            Self::VotesByKey => {
                "CREATE TABLE votes(
                   key INTEGER PRIMARY KEY,
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL)"
            }
            Self::VotesAndCounts => {
                "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE TABLE counts(article INTEGER PRIMARY KEY, votes INTEGER NOT NULL)"
            }
            Self::VotesAndLateCounts => super::late_counts::CREATE_SQL,
            Self::VotesWithoutRowid => {
                "CREATE TABLE votes(
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL,
                   PRIMARY KEY(article, user)) WITHOUT ROWID"
            }
            Self::VotesUniquePair => {
                "CREATE TABLE votes(
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   UNIQUE(ray_id, created_ms))"
            }
            Self::VotesAutoincrement => {
                "CREATE TABLE votes(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL)"
            }
            Self::SoupStore(KeyAffinity::Text) => {
                "CREATE TABLE store(row BLOB, index_0 TEXT);
                 CREATE INDEX store_by_index_0 ON store(index_0)"
            }
            Self::SoupStore(KeyAffinity::Integer) => {
                "CREATE TABLE store(row BLOB, index_0 INTEGER);
                 CREATE INDEX store_by_index_0 ON store(index_0)"
            }
            Self::VotePackets => "CREATE TABLE packets(operations BLOB NOT NULL)",
            Self::Events => {
                "CREATE TABLE log_events(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   send_attempts INTEGER DEFAULT 0,
                   data BLOB,
                   UNIQUE(ray_id, created_ms))"
            }
            Self::EventsUnindexed => {
                "CREATE TABLE log_events(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   send_attempts INTEGER DEFAULT 0,
                   data BLOB)"
            }
        }
    }

    pub(super) fn insert_sql(self) -> &'static str {
        match self {
            Self::Votes(_)
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesAutoincrement => "INSERT INTO votes(article, user) VALUES (?1, ?2)",
            Self::VotesByKey => "INSERT INTO votes(article, user, key) VALUES (?1, ?2, ?3)",
            Self::VotesUniquePair => "INSERT INTO votes(article, user, ray_id) VALUES (?1, ?2, ?3)",
            Self::SoupStore(_) => "INSERT INTO store(row, index_0) VALUES (?1, ?2)",
            Self::VotePackets => "INSERT INTO packets(operations) VALUES (?1)",
            Self::Events | Self::EventsUnindexed => {
                "INSERT INTO log_events(ray_id, data) VALUES (?1, ?2)"
            }
        }
    }

    /// The deletion by a record's key. Only `VotesByKey` and `Events` have an index that leads to it;
    /// the other shapes read the whole table.
    pub(super) fn delete_sql(self) -> &'static str {
        match self {
            Self::Votes(_)
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesUniquePair
            | Self::VotesAutoincrement => "DELETE FROM votes WHERE user = ?1",
            Self::VotesByKey => "DELETE FROM votes WHERE key = ?1",
            // The counts follow what is deleted.
            Self::VotesAndCounts => "DELETE FROM votes WHERE user = ?1 RETURNING article",
            // The user is the last of the row's three words.
            Self::SoupStore(_) => "DELETE FROM store WHERE substr(row, 17) = ?1",
            // A whole packet is kept as it came, its deletions too.
            Self::VotePackets => "INSERT INTO packets(operations) VALUES (?1)",
            Self::Events | Self::EventsUnindexed => "DELETE FROM log_events WHERE ray_id = ?1",
        }
    }

    /// Every record, and behind it the column that follows from it, where there is one.
    pub(super) fn select_sql(self) -> &'static str {
        match self {
            Self::Votes(_)
            | Self::VotesAndCounts
            | Self::VotesAndLateCounts
            | Self::VotesWithoutRowid
            | Self::VotesAutoincrement => "SELECT article, user FROM votes",
            Self::VotesByKey => "SELECT article, user, key FROM votes",
            Self::VotesUniquePair => "SELECT article, user, ray_id FROM votes",
            Self::SoupStore(_) => "SELECT row, index_0 FROM store",
            Self::VotePackets => "SELECT operations FROM packets ORDER BY rowid",
            Self::Events | Self::EventsUnindexed => "SELECT ray_id, data FROM log_events",
        }
    }
}

fn create_votes_sql(indexes: SecondaryIndexes) -> &'static str {
    match indexes {
        SecondaryIndexes::None => {
            "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL)"
        }
        SecondaryIndexes::Article => {
            "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
             CREATE INDEX votes_by_article ON votes(article)"
        }
        SecondaryIndexes::Two => {
            "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
             CREATE INDEX votes_by_article ON votes(article);
             CREATE INDEX votes_by_article_and_user ON votes(article, user)"
        }
        SecondaryIndexes::Three => {
            "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
             CREATE INDEX votes_by_article ON votes(article);
             CREATE INDEX votes_by_article_and_user ON votes(article, user);
             CREATE INDEX votes_by_user ON votes(user)"
        }
    }
}
