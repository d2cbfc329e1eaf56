//! The second document's log driver: a durable queue whose messages are deleted when a sink acknowledges them.
//!
//! A source hands messages in, the database's thread stores them in a [`Store`] and hands them to a sink, whose acks
//! come back as deletions. A [`Plan`] says what store, how the parts are connected ([`Topology`]) and whether they are
//! threads ([`Concurrency`]), how fast messages
//! come ([`Rate`]), and how the sink behaves ([`SinkSpec`]); [`Plan::run`] runs it, keeps a time series, and compares at
//! the end what the store holds with what it acked. A [`KillTrial`]
//! does the same with processes that are killed.

mod batch;
mod compared;
mod concurrency;
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
mod questions;
mod rate;
mod record;
mod rounds;
mod series;
mod shared;
mod sink;
mod slow_phase;
mod source;
mod store;
mod topology;
mod verification;
mod waits;

pub use compared::published;
pub use concurrency::Concurrency;
pub use database::Kept;
pub use error::NothingStored;
pub use input::{InputFile, InputReader};
pub use kill::{KillOutcome, KillTrial, first_number_of, journal_in};
pub use message::{Message, number_of, ray_id_of};
pub use outcome::{End, Outcome, Verified};
pub use pipeline::{EndsAt, Observer, Unobserved};
pub use plan::{Answers, Batching, Outages, Plan, Retry, SinkSpec};
pub use questions::{
    QUESTIONS, QUESTIONS_TOPIC, QuestionAnswers, default_input, measure_questions,
};
pub use rate::Rate;
pub use record::{QUESTION, TOPIC};
pub use rounds::Effort;
pub use store::{
    Checkpointed, Deletion, EventTable, Key, Preparation, RetryQuery, Sizes, SqliteStoreSpec,
    Store, StoreSpec, Stored,
};
pub use topology::Topology;
pub use waits::{Blocked, Deadlock, Stage};
