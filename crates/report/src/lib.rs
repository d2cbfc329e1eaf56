//! Run records to tables, judgements and one summary.
//!
//! The way of a figure: [`evidence`] gathers what one run stored about each question; [`model`] turns it into
//! rows and what they say, all plain data: contrasts that are [`judged`], [`load_curve`]s, stores that grew;
//! [`tables`] lay the model out, and a [`table`] is shown as text, Markdown or CSV. They stand in the [`closing`] text of
//! one question, in the [`summary`] of a run with a page for each question, and the run's answers on one [`screen`]. A
//! renderer computes no figure, so a further one shows the same.
//!
//! This crate knows records, not engines: what it says of a case stands in the case's record.

pub mod bencher;
pub mod claims;
pub mod closing;
pub mod documents;
pub mod evidence;
pub mod grown;
pub mod headline;
pub mod judged;
pub mod judgement;
pub mod listing;
pub mod load_curve;
pub mod model;
pub mod power_cut;
pub mod quantity;
pub mod reference;
pub mod regression;
pub mod replication;
pub mod screen;
pub mod summary;
pub mod table;
pub mod tables;
pub mod terminal;

mod atomic_file;
mod error;
mod locations;
mod machine;
mod nominal;
mod wrap;

pub use atomic_file::replace as replace_file;
pub use closing::closing_text;
pub use error::ReportError;
pub use locations::{criterion_directory, index_file};
pub use machine::facts as machine_facts;
pub use nominal::in_words as nominal_in_words;
pub use screen::screen_text;
pub use summary::write_summary;
