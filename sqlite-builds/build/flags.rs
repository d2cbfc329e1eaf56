//! `[flags]` of `builds.toml`: what a program would notice of a flag.
//!
//! Shared by the build script and by `tests/manifest.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::manifest::{ManifestFile, syntax_error};
use crate::manifest_error::ManifestError;

#[derive(Debug, Deserialize)]
struct RawFlags {
    #[serde(default)]
    flags: BTreeMap<String, String>,
}

/// The flags of all files with what each is noticed by, empty for nothing; a later file's words replace an earlier one's.
pub(crate) fn parse(files: &[ManifestFile<'_>]) -> Result<Vec<(String, String)>, ManifestError> {
    let mut flags = BTreeMap::new();
    for file in files {
        let raw: RawFlags =
            toml::from_str(file.text).map_err(|error| syntax_error(file, &error))?;
        flags.extend(raw.flags);
    }
    Ok(flags.into_iter().collect())
}
