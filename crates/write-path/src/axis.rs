//! Named values that tell cases apart.

/// One typed setting of a case, as it stands in ids, tables and run records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisValue {
    /// The setting's name, as the engine calls it (`journal_mode`).
    pub axis: &'static str,
    /// The value's stable key, by which cases are told apart: as the engine reads it back where it does (`wal`),
    /// else a name with its parameters (`after_ack:records=100000:passive`). Code compares it and records store
    /// it, so it never changes with wording; it has no space.
    pub value: String,
    /// The value as short as an id wants it (`wal`, `p16k`). No slash, no space.
    pub label: String,
}

impl AxisValue {
    /// An axis whose label is its value.
    pub fn plain(axis: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { axis, label: value.clone(), value }
    }

    /// An axis whose value needs a shorter or clearer label.
    pub fn labelled(
        axis: &'static str,
        value: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { axis, value: value.into(), label: label.into() }
    }

    /// The axis as a setting: its name and its key.
    pub(crate) fn into_setting(self) -> (String, String) {
        (self.axis.to_string(), self.value)
    }
}
