//! A share as a bar of characters.

/// A full bar.
pub(super) const COLUMNS: usize = 10;

/// The bar of a share of 1: a tenth for each `#`; less than half of one is a point, so that nothing looks like none.
pub(super) fn drawn(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    match (share * COLUMNS as f64).round() as usize {
        0 if share > 0.0 => ".".to_owned(),
        characters => "#".repeat(characters),
    }
}

#[cfg(test)]
mod tests {
    use super::drawn;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let bars = [0.0, 0.01, 0.12, 0.5, 1.0, 7.0, f64::NAN].map(drawn);
        assert_eq!(bars, ["", ".", "#", "#####", "##########", "##########", ""]);
    }
}
