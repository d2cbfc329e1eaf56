//! A figure as an SVG file of its own: title, key and chart, in the colours of a light or a dark page.

use maud::{Markup, PreEscaped, html};

use super::axis::Width;
use super::figure::{Figure, Panel};
use super::marks::Key;
use super::plane::Level;

/// Rules for charts, wherever they stand.
pub(crate) const CHART: &str = include_str!("chart.css");

/// The colours of a light page.
pub(crate) const LIGHT: &str = include_str!("light.css");

/// The colours of a dark one.
pub(crate) const DARK: &str = include_str!("dark.css");

/// Fonts in a file that no page surrounds.
const FONTS: &str = "svg { font-family: system-ui, -apple-system, \"Segoe UI\", \"Liberation Sans\", \"DejaVu Sans\", sans-serif; } \
    svg text.title { fill: var(--ink); font-size: 16px; font-weight: 600; } svg text.key { fill: var(--ink); font-size: 13px; }";

/// Room around everything.
const MARGIN: u32 = 12;

/// The height of the title, and of a row of the key.
const TITLE: u32 = 34;
const KEY: u32 = 22;

/// Entries of the key in a row.
const KEYS_IN_A_ROW: u32 = 2;

impl Figure {
    /// The first of its charts as an SVG file in these colours; of rows those up to the second heading. `None` where
    /// none of its charts has a mark.
    pub(crate) fn standalone(&self, colours: &str) -> Option<String> {
        let (_, panel) = self.panels.first()?;
        let panel = match panel {
            Panel::Rows(rows) => Panel::Rows(rows.first_section()),
            Panel::Plane(plane) => Panel::Plane(plane.clone()),
        };
        let (height, elements) = panel.draw(Width::Wide)?;
        let (keys, levels) = (self.keys(), panel.levels());
        let entries = (keys.len() + levels.len()) as u32;
        let below = MARGIN + TITLE + entries.div_ceil(KEYS_IN_A_ROW) * KEY;
        let (width, height) = (Width::Wide.pixels() + 2 * MARGIN, below + height + MARGIN);
        let keys = keys.iter().map(of_key);
        let dashes = levels.iter().map(of_level);
        let file = html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width)
                height=(height) role="img" aria-labelledby="title text" {
                title id="title" { (self.title) }
                desc id="text" { (self.text) }
                style { (PreEscaped(format!("svg {{ {colours}}} {FONTS} {CHART}"))) }
                rect fill="var(--ground)" width=(width) height=(height) rx="6" {}
                text.title x=(MARGIN) y=(MARGIN + 16) { (self.title) }
                @for (place, entry) in (0..).zip(keys.chain(dashes)) { (at(place, &entry)) }
                g transform={ "translate(" (MARGIN) "," (below) ")" } { (elements) }
            }
        };
        Some(file.into_string())
    }
}

fn of_key(key: &Key) -> Markup {
    html! { (key.look.symbol(key.symbol)) text.key x="36" y="12" { (key.name) } }
}

/// What a dashed line stands for.
fn of_level(level: &Level) -> Markup {
    html! { line.level x1="0" y1="7" x2="28" y2="7" {} text.key x="36" y="12" { (level.label) } }
}

/// An entry of the key at its place.
fn at(place: u32, entry: &Markup) -> Markup {
    let x = MARGIN + place % KEYS_IN_A_ROW * Width::Wide.pixels() / KEYS_IN_A_ROW;
    let y = MARGIN + TITLE + place / KEYS_IN_A_ROW * KEY;
    html! { g transform={ "translate(" (x) "," (y) ")" } { (entry) } }
}
