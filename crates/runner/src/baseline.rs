//! What takes turns with a case, and the layouts of the code below the two.

use std::sync::Arc;

use write_path::PathSpec;

/// A path that takes turns with a case under the same load.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// The path.
    pub path: Arc<dyn PathSpec>,
    /// The same path in further layouts of its code.
    pub(crate) further: Vec<Arc<dyn PathSpec>>,
    /// The case's own path in further layouts.
    pub(crate) further_of_case: Vec<Arc<dyn PathSpec>>,
}
