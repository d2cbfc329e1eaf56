//! What was measured: the case, and the `SQLite` that it ran on.

use serde::{Deserialize, Serialize};

use crate::floor::SyncCall;

/// A case: a base case of its question, plus named deviations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The generated id, the same in every run.
    pub id: String,
    /// The short name in tables and charts.
    pub label: String,
    /// The value of the question's numeric axis, if it has one.
    pub parameter: Option<f64>,
    /// Every axis with this case's value, in the question's order.
    pub axes: Vec<AxisValue>,
    /// What the case stands for among the others.
    pub standing: Standing,
    /// What turned packets into acks: `sqlite`, `native-log`, the name of a peer.
    pub engine: String,
    /// The id of the case that this one repeats: it is the second of an A/A pair, which tells what
    /// the run can resolve.
    pub repeats_case: Option<String>,
    /// Records in one packet.
    pub records_per_packet: u64,
    /// Payload of one record in bytes, before any engine's overhead.
    pub record_bytes: u64,
}

/// One axis and where the case stands on it, both as stable keys: compared, and never reworded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisValue {
    /// The axis: `page_size`.
    pub axis: String,
    /// The value: `4096`, `after_ack:records=100000:passive`.
    pub value: String,
}

/// What a case stands for in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// The settings that a user gets without asking.
    Vanilla,
    /// Settings that were chosen.
    Tuned,
    /// What the others are compared with.
    Reference,
}

/// The `SQLite` that a case ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteRecord {
    /// The version as `SQLite` tells it.
    pub version: String,
    /// The name of the build.
    pub build: String,
    /// `PRAGMA compile_options`, as `SQLite` tells them.
    pub compile_options: Vec<String>,
    /// The call that this build syncs with.
    pub sync_call: SyncCall,
    /// How the build was compiled; null in records from before it was stored.
    pub compiled: Option<CompiledRecord>,
}

/// How a `SQLite` build was compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompiledRecord {
    /// Bytes of the sections that the object file loads into memory: code, constants, data.
    pub object_bytes: u64,
    /// In how many layouts its code is in the program: the same code at several distances from the lines of the caches. 1
    /// where the linker could not make more; null in records from before there were several.
    #[serde(default)]
    pub layouts: Option<u32>,
    /// The compiler and its version, as it named itself: `gcc 14.2.0`; null in records from before
    /// it was stored.
    #[serde(default)]
    pub compiler: Option<String>,
    /// What followed `-O`.
    pub optimize: String,
    /// Further compiler flags: `-march=native`.
    pub compiler_flags: Vec<String>,
    /// Every define that was passed, as `NAME` or `NAME=VALUE`.
    pub defines: Vec<String>,
    /// What the environment variable `LIBSQLITE3_FLAGS` must hold for libsqlite3-sys' feature
    /// `bundled` to compile with these defines: `-U` for what it would define, `-D` for the rest.
    pub libsqlite3_flags: Vec<String>,
    /// How to get the build in a project of one's own; null in records from before it was stored.
    #[serde(default)]
    pub at_home: Option<AtHomeRecord>,
}

/// What a reader puts into a project to get a build there, and what a program would notice beside the speed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtHomeRecord {
    /// What to set, one line for each place; none for what rusqlite's feature `bundled` compiles already.
    pub settings: Vec<String>,
    /// What a program would notice, in sentences.
    pub warnings: Vec<String>,
}
