//! Every table shape: a variant, a constant that is all there is to know of it, and its place in two lists.

use super::shape::{Columns, Counts, Inserts, KeyAffinity, Queries, Shape};

/// A table shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// Votes as two integers, appended by rowid.
    Votes(SecondaryIndexes),
    /// Votes under an `INTEGER PRIMARY KEY` that lies anywhere in the table, as random ids do.
    VotesByKey,
    /// Votes as two integers, appended by rowid, and beside them one row for each article with its
    /// number of votes, which each packet brings up to date.
    VotesAndCounts,
    /// The same, but a packet counts the votes for an eighth of the articles only, and the others follow in
    /// their turns. Votes stay: a deletion is refused.
    VotesAndLateCounts,
    /// Votes in a `WITHOUT ROWID` table, by article and user.
    VotesWithoutRowid,
    /// Votes appended by rowid, with the log driver's unique index over a random text and a time.
    VotesUniquePair,
    /// Votes appended by an `AUTOINCREMENT` key.
    VotesAutoincrement,
    /// Soup's table for a base node: the row as bytes, and each key in an indexed column of its own
    /// (noria, pull request 58).
    SoupStore(KeyAffinity),
    /// One row for each packet, with the packet's bytes as the native log stores them, and no index:
    /// SQLite used as a log. Deletions are kept as they came.
    VotePackets,
    /// The log driver's table, column for column (rusqlite-queue-bench, `LOG_EVENTS`).
    Events,
    /// The same without its unique index, of which no event has need that is appended.
    EventsUnindexed,
}

/// Secondary indexes on the table of votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondaryIndexes {
    /// None: each insert touches the rightmost leaf alone.
    None,
    /// One, on the article: each insert touches a random leaf as well.
    Article,
    /// Another on article and user: two random leaves.
    Two,
    /// A third on the user, which grows: one rightmost leaf more.
    Three,
}

const VOTES: Shape = Shape {
    label: "votes",
    name: "votes",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL)",
    insert_sql: "INSERT INTO votes(article, user) VALUES (?1, ?2)",
    delete_sql: "DELETE FROM votes WHERE user = ?1",
    select_sql: "SELECT article, user FROM votes",
    columns: Columns::Pair,
    counts: Counts::None,
    inserts: Inserts::Appended,
    queries: Queries::RANGE,
};

const VOTES_BY_ARTICLE: Shape = Shape {
    label: "indexed",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE INDEX votes_by_article ON votes(article)",
    inserts: Inserts::Random,
    queries: Queries {
        first_vote_sql: Some(
            "SELECT article, user FROM votes WHERE article = ?1 ORDER BY rowid LIMIT 1",
        ),
        votes_sql: Some("SELECT article, user FROM votes WHERE article = ?1 ORDER BY rowid"),
        vote_count_sql: Queries::VOTE_COUNT_SQL,
        ..Queries::RANGE
    },
    ..VOTES
};

const VOTES_WITH_TWO_INDEXES: Shape = Shape {
    label: "indexed2",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE INDEX votes_by_article ON votes(article);
                 CREATE INDEX votes_by_article_and_user ON votes(article, user)",
    inserts: Inserts::Random,
    queries: Queries { vote_count_sql: Queries::VOTE_COUNT_SQL, ..Queries::RANGE },
    ..VOTES
};

const VOTES_WITH_THREE_INDEXES: Shape = Shape {
    label: "indexed3",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE INDEX votes_by_article ON votes(article);
                 CREATE INDEX votes_by_article_and_user ON votes(article, user);
                 CREATE INDEX votes_by_user ON votes(user)",
    ..VOTES_WITH_TWO_INDEXES
};

const VOTES_BY_KEY: Shape = Shape {
    label: "keyed",
    create_sql: "CREATE TABLE votes(
                   key INTEGER PRIMARY KEY,
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL)",
    insert_sql: "INSERT INTO votes(article, user, key) VALUES (?1, ?2, ?3)",
    delete_sql: "DELETE FROM votes WHERE key = ?1",
    select_sql: "SELECT article, user, key FROM votes",
    columns: Columns::PairAndKey,
    inserts: Inserts::Random,
    queries: Queries::NONE,
    ..VOTES
};

const VOTES_AND_COUNTS: Shape = Shape {
    label: "counts",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
                 CREATE TABLE counts(article INTEGER PRIMARY KEY, votes INTEGER NOT NULL)",
    // The counts follow what is deleted.
    delete_sql: "DELETE FROM votes WHERE user = ?1 RETURNING article",
    counts: Counts::EachPacket {
        disagreeing_sql: "SELECT article, sum(counted), sum(kept) FROM (
                            SELECT article, votes AS counted, 0 AS kept FROM counts
                            UNION ALL
                            SELECT article, 0, count(*) FROM votes GROUP BY article)
                          GROUP BY article HAVING sum(counted) <> sum(kept) LIMIT 1",
    },
    inserts: Inserts::Random,
    queries: Queries {
        vote_count_sql: Some("SELECT coalesce((SELECT votes FROM counts WHERE article = ?1), 0)"),
        ..Queries::RANGE
    },
    ..VOTES
};

/// Votes, the counts, and for each part of the articles (every eighth block of 4096: `counts.rs`) the last vote
/// that its counts hold. A count is what is counted of an article's votes, and a look at those that are not.
const VOTES_AND_LATE_COUNTS: Shape = Shape {
    label: "latecounts",
    create_sql: "CREATE TABLE votes(article INTEGER NOT NULL, user INTEGER NOT NULL);
     CREATE TABLE counts(article INTEGER PRIMARY KEY, votes INTEGER NOT NULL);
     CREATE TABLE counted(part INTEGER PRIMARY KEY, through INTEGER NOT NULL);
     INSERT INTO counted VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0)",
    counts: Counts::InTurns {
        disagreeing_sql: "SELECT article, sum(counted), sum(kept) FROM (
               SELECT article, votes AS counted, 0 AS kept FROM counts
               UNION ALL
               SELECT article, 0, count(*) FROM votes
               JOIN counted ON part = article / 4096 % 8 AND votes.rowid <= through GROUP BY article)
             GROUP BY article HAVING sum(counted) <> sum(kept) LIMIT 1",
    },
    inserts: Inserts::Random,
    queries: Queries {
        vote_count_sql: Some(
            "SELECT coalesce((SELECT votes FROM counts WHERE article = ?1), 0)
                    + (SELECT count(*) FROM votes
                       WHERE rowid > (SELECT through FROM counted WHERE part = ?1 / 4096 % 8)
                         AND article = ?1)",
        ),
        ..Queries::RANGE
    },
    ..VOTES
};

const VOTES_WITHOUT_ROWID: Shape = Shape {
    label: "norowid",
    create_sql: "CREATE TABLE votes(
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL,
                   PRIMARY KEY(article, user)) WITHOUT ROWID",
    inserts: Inserts::Random,
    queries: Queries { vote_count_sql: Queries::VOTE_COUNT_SQL, ..Queries::NONE },
    ..VOTES
};

const VOTES_UNIQUE_PAIR: Shape = Shape {
    label: "unique",
    create_sql: "CREATE TABLE votes(
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   UNIQUE(ray_id, created_ms))",
    insert_sql: "INSERT INTO votes(article, user, ray_id) VALUES (?1, ?2, ?3)",
    select_sql: "SELECT article, user, ray_id FROM votes",
    columns: Columns::PairAndText,
    inserts: Inserts::Random,
    queries: Queries::NONE,
    ..VOTES
};

const VOTES_AUTOINCREMENT: Shape = Shape {
    label: "autoinc",
    create_sql: "CREATE TABLE votes(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   article INTEGER NOT NULL,
                   user INTEGER NOT NULL)",
    queries: Queries::NONE,
    ..VOTES
};

const SOUP_STORE_TEXT: Shape = Shape {
    label: "storetext",
    name: "store",
    create_sql: "CREATE TABLE store(row BLOB, index_0 TEXT);
                 CREATE INDEX store_by_index_0 ON store(index_0)",
    insert_sql: "INSERT INTO store(row, index_0) VALUES (?1, ?2)",
    // The user is the last of the row's three words.
    delete_sql: "DELETE FROM store WHERE substr(row, 17) = ?1",
    select_sql: "SELECT row, index_0 FROM store",
    columns: Columns::BytesAndArticle(KeyAffinity::Text),
    counts: Counts::None,
    inserts: Inserts::Random,
    queries: Queries {
        vote_count_sql: Some("SELECT count(*) FROM store WHERE index_0 = ?1"),
        ..Queries::NONE
    },
};

const SOUP_STORE_INTEGER: Shape = Shape {
    label: "storeint",
    create_sql: "CREATE TABLE store(row BLOB, index_0 INTEGER);
                 CREATE INDEX store_by_index_0 ON store(index_0)",
    columns: Columns::BytesAndArticle(KeyAffinity::Integer),
    ..SOUP_STORE_TEXT
};

const VOTE_PACKETS: Shape = Shape {
    label: "packets",
    name: "packets",
    create_sql: "CREATE TABLE packets(operations BLOB NOT NULL)",
    insert_sql: "INSERT INTO packets(operations) VALUES (?1)",
    // A whole packet is kept as it came, its deletions too.
    delete_sql: "INSERT INTO packets(operations) VALUES (?1)",
    select_sql: "SELECT operations FROM packets ORDER BY rowid",
    columns: Columns::Packet,
    counts: Counts::None,
    inserts: Inserts::Appended,
    queries: Queries::NONE,
};

const EVENTS: Shape = Shape {
    label: "events",
    create_sql: "CREATE TABLE log_events(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   send_attempts INTEGER DEFAULT 0,
                   data BLOB,
                   UNIQUE(ray_id, created_ms))",
    inserts: Inserts::Random,
    ..EVENTS_UNINDEXED
};

const EVENTS_UNINDEXED: Shape = Shape {
    label: "events0",
    name: "log_events",
    create_sql: "CREATE TABLE log_events(
                   _id INTEGER PRIMARY KEY AUTOINCREMENT,
                   ray_id TEXT NOT NULL,
                   created_ms DATETIME DEFAULT current_timestamp,
                   send_attempts INTEGER DEFAULT 0,
                   data BLOB)",
    insert_sql: "INSERT INTO log_events(ray_id, data) VALUES (?1, ?2)",
    delete_sql: "DELETE FROM log_events WHERE ray_id = ?1",
    select_sql: "SELECT ray_id, data FROM log_events",
    columns: Columns::Event,
    counts: Counts::None,
    inserts: Inserts::Appended,
    queries: Queries {
        range_sql: Some("SELECT ray_id, data FROM log_events WHERE _id > ?1 ORDER BY _id LIMIT ?2"),
        ..Queries::NONE
    },
};

impl Table {
    /// Every shape.
    pub const ALL: [Self; 15] = [
        Self::Votes(SecondaryIndexes::None),
        Self::Votes(SecondaryIndexes::Article),
        Self::Votes(SecondaryIndexes::Two),
        Self::Votes(SecondaryIndexes::Three),
        Self::VotesByKey,
        Self::VotesAndCounts,
        Self::VotesAndLateCounts,
        Self::VotesWithoutRowid,
        Self::VotesUniquePair,
        Self::VotesAutoincrement,
        Self::SoupStore(KeyAffinity::Text),
        Self::SoupStore(KeyAffinity::Integer),
        Self::VotePackets,
        Self::Events,
        Self::EventsUnindexed,
    ];

    /// What there is to know of the shape.
    pub(in crate::sqlite) const fn shape(self) -> &'static Shape {
        match self {
            Self::Votes(SecondaryIndexes::None) => &VOTES,
            Self::Votes(SecondaryIndexes::Article) => &VOTES_BY_ARTICLE,
            Self::Votes(SecondaryIndexes::Two) => &VOTES_WITH_TWO_INDEXES,
            Self::Votes(SecondaryIndexes::Three) => &VOTES_WITH_THREE_INDEXES,
            Self::VotesByKey => &VOTES_BY_KEY,
            Self::VotesAndCounts => &VOTES_AND_COUNTS,
            Self::VotesAndLateCounts => &VOTES_AND_LATE_COUNTS,
            Self::VotesWithoutRowid => &VOTES_WITHOUT_ROWID,
            Self::VotesUniquePair => &VOTES_UNIQUE_PAIR,
            Self::VotesAutoincrement => &VOTES_AUTOINCREMENT,
            Self::SoupStore(KeyAffinity::Text) => &SOUP_STORE_TEXT,
            Self::SoupStore(KeyAffinity::Integer) => &SOUP_STORE_INTEGER,
            Self::VotePackets => &VOTE_PACKETS,
            Self::Events => &EVENTS,
            Self::EventsUnindexed => &EVENTS_UNINDEXED,
        }
    }
}
