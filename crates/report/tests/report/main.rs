//! The report on made-up run records: what a reader sees must follow from the figures, whatever they are.

#![expect(clippy::unwrap_used, reason = "a test's helper that fails should stop the test")]

mod bencher;
mod checkpoint_strategy;
mod claims;
mod compared;
mod compile_flags;
mod documents;
mod figures;
mod growth;
mod headlines;
mod in_blocks;
mod judged;
mod judged_run;
mod kept;
mod made_up;
mod questions;
mod reference;
mod run;
mod sizes;
mod table;
mod vote_load;
