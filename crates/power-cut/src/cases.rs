//! Everything that a campaign examines.

use crate::error::Error;
use crate::log::LogCase;
use crate::paths::{checkpoint_strategies, logs};
use crate::soup_log::SoupLogAsItWas;
use crate::sqlite::SqliteCell;
use crate::subject::Subject;

/// The builds whose cells are examined: they differ in the call that they sync with, and in nothing else that matters
/// to a crash.
const BUILDS: [&str; 2] = ["bundled", "bundled-fdatasync"];

/// All cases, those of SQLite first.
///
/// # Errors
/// [`Error::Build`] if a build is not compiled in.
pub fn cases() -> Result<Vec<Box<dyn Subject>>, Error> {
    let mut cases: Vec<Box<dyn Subject>> = Vec::new();
    for build in BUILDS {
        let build = sqlite_builds::find(build)?;
        cases.extend(boxed(SqliteCell::all(build)));
        cases.extend(boxed(checkpoint_strategies(build)));
    }
    cases.extend(boxed(LogCase::all()));
    cases.extend(boxed(logs(sqlite_builds::find(BUILDS[0])?)));
    cases.push(Box::new(SoupLogAsItWas));
    Ok(cases)
}

fn boxed<S: Subject + 'static>(
    cases: impl IntoIterator<Item = S>,
) -> impl Iterator<Item = Box<dyn Subject>> {
    cases.into_iter().map(|case| Box::new(case) as Box<dyn Subject>)
}
