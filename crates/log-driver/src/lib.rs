//! The second document's log driver: a durable queue whose messages are deleted when a sink acknowledges them.
//!
//! A source hands messages in, the database's thread stores them in a [`Store`] and hands them to a sink, whose acks
//! come back as deletions. A [`Plan`] says what store, how the threads are connected ([`Topology`]), how fast messages
//! come ([`Rate`]), and how the sink behaves ([`SinkSpec`]); [`Plan::run`] runs it, keeps a time series, and compares at
//! the end what the store holds with what it acked. A [`KillTrial`]
//! does the same with processes that are killed.

mod answers;
mod contrast;
mod database;
mod envelope;
mod error;
mod input;
mod journal;
mod kill;
mod mailbox;
mod message;
mod number_set;
mod outcome;
mod pipeline;
mod plan;
mod rate;
mod record;
mod shared;
mod sink;
mod source;
mod store;
mod topology;
mod verification;
mod waits;

pub use answers::{Answer, Effort, QuestionAnswers, answer, default_input};
pub use contrast::{Contrast, Contrasted, Metric, Verdict, contrasts, published};
pub use error::DriverError;
pub use input::{InputFile, InputReader};
pub use kill::{KillOutcome, KillTrial, first_number_of, journal_in};
pub use message::{Message, number_of, ray_id_of};
pub use outcome::{Counts, Depths, End, Outcome, Slice, SlicesTogether, SlowPhase, Verified};
pub use pipeline::{EndsAt, Observer, Unobserved};
pub use plan::{Answers, Batching, Outages, Plan, Retry, SinkSpec};
pub use rate::Rate;
pub use record::{QUESTION, TOPIC};
pub use store::{
    Deletion, Key, Preparation, RetryIndex, RetryQuery, Sizes, SqliteStoreSpec, Store, StoreSpec,
    Stored, UniqueIndex,
};
pub use topology::Topology;
pub use waits::{Blocked, Deadlock, Stage};
