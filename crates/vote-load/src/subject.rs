//! What a load is put on: a named path, with so many shards.

use std::num::NonZeroU32;
use std::sync::Arc;

use write_path::{AxisValue, PathSpec};

use crate::catalogue::{self, NamedPath};
use crate::error::LoadError;

/// What a load is put on.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The path's name, as in the catalogue.
    pub name: &'static str,
    /// How many copies of it share the articles.
    pub shards: NonZeroU32,
    /// What is opened.
    pub spec: Arc<dyn PathSpec>,
    /// The same files under settings that fill them fast; `None` where there are none.
    pub(crate) filling: Option<Arc<dyn PathSpec>>,
}

impl Subject {
    /// A path of the catalogue, with so many shards.
    ///
    /// # Errors
    /// [`LoadError::UnknownPath`], and what the catalogue answers.
    pub fn find(name: &str, shards: NonZeroU32) -> Result<Self, LoadError> {
        Self::of(catalogue::find(name)?, shards)
    }

    /// A path of the catalogue, with so many shards.
    ///
    /// # Errors
    /// What the catalogue answers.
    pub fn of(path: &NamedPath, shards: NonZeroU32) -> Result<Self, LoadError> {
        let (spec, filling) = (path.specify(shards)?, path.filling(shards)?);
        Ok(Self { name: path.name, shards, spec, filling })
    }

    /// A specification under a name that is not in the catalogue.
    pub fn named(name: &'static str, spec: Arc<dyn PathSpec>) -> Self {
        Self { name, shards: NonZeroU32::MIN, spec, filling: None }
    }

    /// The subject in ids.
    pub fn label(&self) -> String {
        if self.shards.get() == 1 {
            self.name.to_string()
        } else {
            format!("{}-x{}", self.name, self.shards)
        }
    }

    pub(crate) fn axes(&self) -> Vec<AxisValue> {
        let mut axes = vec![
            AxisValue::plain("path", self.name),
            AxisValue::plain("shards", self.shards.to_string()),
        ];
        axes.extend(self.spec.axes());
        axes
    }
}
