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

/// The two paths that take turns from one opening to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened<'case> {
    pub(crate) case: &'case Arc<dyn PathSpec>,
    pub(crate) baseline: &'case Arc<dyn PathSpec>,
}

/// A path in one of its layouts: the first, or one of the further ones.
pub(crate) fn in_layout<'case>(
    first: &'case Arc<dyn PathSpec>,
    further: &'case [Arc<dyn PathSpec>],
    layout: usize,
) -> &'case Arc<dyn PathSpec> {
    layout.checked_sub(1).and_then(|index| further.get(index)).unwrap_or(first)
}
