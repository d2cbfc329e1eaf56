//! The open-loop load of the `vote` benchmark: arrivals, client batches, clients, load curves and
//! knees.
//!
//! A [`VoteLoad`] says what is asked of a path, a [`Point`] how much of it and for how long. A point
//! runs from an empty directory to the comparison after reopening. While it runs, a generator hands
//! each client batch on at the moment at which it closes, whether or not earlier ones are acked, and
//! blocking clients (or none) stand between it and the path. A [`RateSearch`] puts points together.
//!
//! This crate does not know what a path is made of, but for the [`catalogue`] of those that the
//! first document is about.

mod acked_batches;
mod backlog;
mod batches;
pub mod catalogue;
mod clients;
mod committer;
mod counts;
mod curves;
mod error;
mod figures;
mod generator;
mod knee;
mod load;
mod loading;
mod operations;
mod point;
mod rate_search;
mod record;
mod recovery;
mod running;
mod saturation;
mod shared_recorder;
mod subject;
mod turn;

pub use backlog::BacklogGrowth;
pub use curves::Curves;
pub use error::LoadError;
pub use generator::LoadEnd;
pub use knee::{Course, CurvePlan, measure_curves};
pub use load::{Clients, Keys, Users, VoteLoad};
pub use loading::OnLine;
pub use point::Point;
pub use rate_search::{RateBracket, RateSearch};
pub use record::{MeasuredPoint, QUESTION, TOPIC};
pub use recovery::{CrashLoad, Kept, Left, Recovery};
pub use saturation::{BacklogVerdict, Saturation, SaturationPlan, SaturationRound, Share, Stage};
pub use shared_recorder::SeriesLine;
pub use subject::Subject;
