//! One cell: a figure with its kind, or why there is none.

use serde_json::Value;

use super::bar;
use super::missing::Missing;
use crate::quantity;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// The id of a case, with a mark behind it that a note explains; none is empty.
    Id {
        /// The id.
        id: String,
        /// The mark.
        mark: &'static str,
    },
    /// Words.
    Text(String),
    /// Whether something is so.
    Flag(bool),
    /// A number of things.
    Count(u64),
    /// Operations per second.
    Rate(f64),
    /// A change per second, which may be below 0.
    Growth(f64),
    /// A time in ns.
    Nanoseconds(f64),
    /// A time in seconds.
    Seconds(f64),
    /// How many times, to two decimals near 1.
    Factor(f64),
    /// How many times, to three decimals near 1: where tenths of a percent matter.
    Ratio(f64),
    /// A small number, as short as it is exact to two decimals.
    Short(f64),
    /// A share of 1.
    Share(f64),
    /// Bytes.
    Bytes(u64),
    /// A number that is none of these, to so many decimals.
    Number {
        /// The number.
        value: f64,
        /// Its decimals in text.
        decimals: usize,
    },
    /// Two ends of a range, of one kind; the CSV has columns of their own for them.
    Range(Box<Cell>, Box<Cell>),
    /// A share of 1 to be drawn.
    Bar(f64),
    /// Nothing, for a reason.
    Missing(Missing),
}

/// What stands where a figure does not exist.
const NONE: &str = "-";

impl Cell {
    /// A case's id without a mark.
    #[must_use]
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id { id: id.into(), mark: "" }
    }

    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The cell of a figure, or the reason why there is none.
    pub fn of<T>(figure: Option<T>, cell: fn(T) -> Self, missing: Missing) -> Self {
        figure.map_or(Self::Missing(missing), cell)
    }

    /// The cell of a figure that may not have been measured.
    pub fn known<T>(figure: Option<T>, cell: fn(T) -> Self) -> Self {
        Self::of(figure, cell, Missing::NotMeasured)
    }

    /// The cell of a figure that a case may not have.
    pub fn applying<T>(figure: Option<T>, cell: fn(T) -> Self) -> Self {
        Self::of(figure, cell, Missing::DoesNotApply)
    }

    /// A time in whole ns that may not exist, for lack of values.
    #[must_use]
    pub fn quantile(nanoseconds: Option<u64>) -> Self {
        Self::of(nanoseconds, |ns| Self::Nanoseconds(ns as f64), Missing::TooFew)
    }

    /// A time in whole ns that may not have been measured.
    #[must_use]
    pub fn time(nanoseconds: Option<u64>) -> Self {
        Self::known(nanoseconds, |ns| Self::Nanoseconds(ns as f64))
    }

    /// A range.
    #[must_use]
    pub fn range(low: Self, high: Self) -> Self {
        Self::Range(Box::new(low), Box::new(high))
    }

    /// The cell as people read it, its unit with it.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Id { id, mark: "" } => id.clone(),
            Self::Id { id, mark } => format!("{id} {mark}"),
            Self::Text(text) => text.clone(),
            Self::Flag(is_so) => if *is_so { "yes" } else { "no" }.to_owned(),
            Self::Count(count) => quantity::count(*count),
            Self::Rate(rate) => quantity::rate(*rate),
            Self::Growth(rate) => growth(*rate),
            Self::Nanoseconds(ns) => signed(*ns, quantity::duration_ns),
            Self::Seconds(seconds) => quantity::duration_ns(seconds * 1e9),
            Self::Factor(factor) => quantity::factor(*factor),
            Self::Ratio(ratio) => quantity::ratio(*ratio),
            Self::Short(number) => quantity::short(*number),
            Self::Share(share) => signed(*share, quantity::percent),
            Self::Bytes(bytes) => quantity::bytes(*bytes),
            Self::Number { value, decimals } => format!("{value:.decimals$}"),
            Self::Range(low, high) => format!("{} to {}", low.in_words(), high.in_words()),
            Self::Bar(share) => bar::drawn(*share),
            Self::Missing(_) => NONE.to_owned(),
        }
    }

    /// The cell for a machine: unrounded, without unit, null where there is nothing or no number.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Id { id, .. } => id.clone().into(),
            Self::Text(text) => text.clone().into(),
            Self::Flag(is_so) => (*is_so).into(),
            Self::Count(number) | Self::Bytes(number) => (*number).into(),
            Self::Rate(value)
            | Self::Growth(value)
            | Self::Nanoseconds(value)
            | Self::Seconds(value)
            | Self::Factor(value)
            | Self::Ratio(value)
            | Self::Short(value)
            | Self::Share(value)
            | Self::Bar(value)
            | Self::Number { value, .. } => (*value).into(),
            Self::Range(low, high) => vec![low.value(), high.value()].into(),
            Self::Missing(_) => Value::Null,
        }
    }

    /// The same as text, empty where there is nothing: CSV knows no types.
    #[must_use]
    pub fn unrounded(&self) -> String {
        match (self, self.value()) {
            (Self::Range(low, high), _) => format!("{} to {}", low.unrounded(), high.unrounded()),
            (_, Value::Null) => String::new(),
            (_, Value::String(text)) => text,
            (_, Value::Number(number)) if number.is_f64() => {
                number.as_f64().map_or_else(String::new, |number| number.to_string())
            }
            (_, other) => other.to_string(),
        }
    }

    /// Why there is nothing.
    pub(super) fn missing(&self) -> Option<Missing> {
        match self {
            Self::Missing(missing) => Some(*missing),
            _ => None,
        }
    }
}

fn growth(per_second: f64) -> String {
    signed(per_second, |size| quantity::count(size.round() as u64))
}

/// The size of a number in words, with its sign where it is below 0.
fn signed(value: f64, in_words: impl Fn(f64) -> String) -> String {
    if value < 0.0 { format!("-{}", in_words(-value)) } else { in_words(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_short_for_people_and_whole_for_machines() {
        let cells = [
            (Cell::Rate(310_246.5), "310 k/s", "310246.5"),
            (Cell::Nanoseconds(4_123_456.0), "4.1 ms", "4123456"),
            (Cell::Nanoseconds(-1_500.0), "-1.5 us", "-1500"),
            (Cell::Share(0.031_25), "3.1 %", "0.03125"),
            (Cell::Ratio(1.045_6), "1.046", "1.0456"),
            (Cell::Factor(1.045_6), "1.05", "1.0456"),
            (Cell::Bytes(6_400), "6.4 kB", "6400"),
            (Cell::Count(81_234), "81 k", "81234"),
            (Cell::Growth(-12_345.6), "-12 k", "-12345.6"),
            (Cell::Flag(true), "yes", "true"),
            (Cell::Missing(Missing::TooFew), "-", ""),
            (Cell::Ratio(f64::INFINITY), "over 10000", ""),
        ];
        for (cell, words, unrounded) in cells {
            assert_eq!((cell.in_words().as_str(), cell.unrounded().as_str()), (words, unrounded));
        }
        let range = Cell::range(Cell::Ratio(1.02), Cell::Ratio(1.081));
        assert_eq!(range.in_words(), "1.020 to 1.081");
        assert_eq!(Cell::Id { id: "wal/1".into(), mark: "=" }.in_words(), "wal/1 =");
        assert_eq!(Cell::Id { id: "wal/1".into(), mark: "=" }.unrounded(), "wal/1");
    }
}
