//! The paths of a search, and the load that each of them has.

use clap::Args;
use vote_load::{LoadError, Subject};

use super::load_options::LoadOptions;

#[derive(Args)]
pub(crate) struct PathOptions {
    /// A write path, and the option again for each further one; `durabench vote paths` lists them.
    #[arg(long = "path", default_values_t = [String::from("arm-a")])]
    paths: Vec<String>,
    #[command(flatten)]
    pub(crate) load: LoadOptions,
}

impl PathOptions {
    /// The paths, each with its shards.
    ///
    /// # Errors
    /// A path that nobody knows, or one that cannot be sharded so.
    pub(crate) fn subjects(&self) -> Result<Vec<Subject>, LoadError> {
        self.paths.iter().map(|path| Subject::find(path, self.load.shards)).collect()
    }
}
