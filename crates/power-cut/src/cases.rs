//! Everything that a campaign examines.

use crate::deferred::{before_databases, soup_log};
use crate::error::Error;
use crate::log::LogCase;
use crate::soup_log::SoupLogAsItWas;
use crate::sqlite::SqliteCell;
use crate::strategy::StrategyCase;
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
        let cells = SqliteCell::all(build);
        cases.extend(cells.map(|cell| Box::new(cell) as Box<dyn Subject>));
        let strategies = StrategyCase::all(build);
        cases.extend(strategies.map(|strategy| Box::new(strategy.case()) as Box<dyn Subject>));
    }
    cases.extend(LogCase::all().map(|case| Box::new(case) as Box<dyn Subject>));
    let build = sqlite_builds::find(BUILDS[0])?;
    let logs = std::iter::once(soup_log(build)).chain(before_databases(build));
    cases.extend(logs.map(|case| Box::new(case) as Box<dyn Subject>));
    cases.push(Box::new(SoupLogAsItWas));
    Ok(cases)
}
