//! A chart that documents show.

/// A chart of a run that is kept with the project, as two files beside its records: `NAME-light.svg` and `NAME-dark.svg`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptChart {
    /// What its files' names begin with.
    pub name: String,
    /// What it shows, for whoever does not see it.
    pub text: String,
}

impl KeptChart {
    /// The names of its files for a light and a dark page.
    #[must_use]
    pub fn files(&self) -> [String; 2] {
        ["light", "dark"].map(|theme| format!("{}-{theme}.svg", self.name))
    }
}
