//! Who else is at a store while packets are handed in.

use write_path::AxisValue;

use crate::case::Case;
use crate::error::RunnerError;
use crate::reading::Task;

/// Who else is at a store while packets are handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Nobody else.
    WriterAlone,
    /// A reader with a thread and a connection of its own, which asks how many votes an article has, and again
    /// as soon as it is answered. It takes a processor of its own from whatever else the case runs.
    WithReader,
}

impl Access {
    /// The reader as an axis, which only cases with one have.
    pub fn axis(self) -> Option<AxisValue> {
        match self {
            Self::WriterAlone => None,
            Self::WithReader => Some(AxisValue::labelled("concurrent_reader", "reader", "reader")),
        }
    }
}

/// Refuses a reader where its answers could not be checked: it must know what is acked while it is, and two paths in
/// turns cannot both have a connection in use.
pub fn refuse_unchecked(case: &Case) -> Result<(), RunnerError> {
    let is_checked =
        case.task == Task::Write && case.load.driver.commits_one_by_one() && case.beside.is_none();
    match case.access {
        Access::WithReader if !is_checked => Err(RunnerError::ReaderOutOfPlace),
        Access::WithReader | Access::WriterAlone => Ok(()),
    }
}
