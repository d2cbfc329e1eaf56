//! A claim as it is listed: whose it is, what was said, and what settles it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::measurement::Measurement;
use super::standard::Standard;

/// Every claim of both documents that a measurement of this project can settle, and the bar that the suite sets its own
/// log.
const FILE: &str = include_str!("claims.toml");

static CLAIMS: LazyLock<Claims> =
    LazyLock::new(|| toml::from_str(FILE).expect("a test reads the file that is compiled in"));

#[derive(Debug, Deserialize)]
struct Claims {
    claim: Vec<ClaimSpec>,
}

/// Every claim, in the order of the documents.
pub fn list() -> impl Iterator<Item = &'static ClaimSpec> {
    CLAIMS.claim.iter()
}

/// A claim of one of the documents.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSpec {
    /// Its stable key.
    pub key: String,
    /// Who said it, and where.
    pub source: String,
    /// What was said, in its own words as far as they fit.
    pub says: String,
    /// The question whose cases settle it.
    pub question: String,
    /// Which figure settles it.
    pub measurement: Measurement,
    /// By what that figure is judged.
    pub standard: Standard,
    /// What a machine needs to show it.
    #[serde(default)]
    pub needs: Needs,
}

/// What a machine or a store needs so that a claim can show. Without it nothing is judged: what a smaller one shows is
/// another claim, and may be so in one run and not in the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// Nothing.
    #[default]
    Nothing,
    /// So many processors.
    Processors(u64),
    /// A database of so many bytes.
    DatabaseBytes(u64),
}
