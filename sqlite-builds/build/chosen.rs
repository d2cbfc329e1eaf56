//! Which builds are compiled.
//!
//! Those of the default profile, unless the environment says otherwise: profiles that it names (`wide`, `calibrate`) come on
//! top; where it names builds, these and no others are compiled, with the reference that every session measures by.
//!
//! Shared by the build script and by `tests/manifest.rs`.

use std::collections::HashSet;

use anyhow::{Result, bail};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};

use crate::manifest::{BuildSpec, Profile};

/// Names profiles and builds, separated by commas.
pub(crate) const VARIABLE: &str = "DURABENCH_BUILDS";

/// The build that every session needs.
const REFERENCE: &str = "bundled";

/// Tells of each build whether it is compiled.
pub(crate) fn predicate(
    text: &str,
    specs: &[BuildSpec],
) -> Result<impl Fn(&BuildSpec) -> bool + use<>> {
    let (mut profiles, mut names) = (Vec::new(), HashSet::new());
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let as_toml: StrDeserializer<'_, Error> = word.into_deserializer();
        if let Ok(profile) = Profile::deserialize(as_toml) {
            profiles.push(profile);
        } else if specs.iter().any(|spec| spec.name == word) {
            names.insert(word.to_owned());
        } else {
            let known: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
            bail!(
                "{VARIABLE}: expected `default`, `wide`, `calibrate` or names of builds, separated by commas, got \
                 `{word}`; unset it, or choose among {}",
                known.join(", ")
            );
        }
    }
    if names.is_empty() {
        profiles.push(Profile::Default);
    } else {
        names.insert(REFERENCE.to_owned());
    }
    Ok(move |spec: &BuildSpec| profiles.contains(&spec.profile) || names.contains(&spec.name))
}
