//! A figure: a title, what it shows in words, one or several charts, their key, and a link to the table behind them. It
//! stands in the page, or in an SVG file of its own.

use maud::{Markup, PreEscaped, html};

use super::frame::Width;
use super::marks::{Look, Symbol};
use super::plane::{Level, Plane};
use super::rows::Rows;

/// Rules for charts, wherever they stand.
pub(crate) const CHART: &str = include_str!("chart.css");

/// The colours of a light page.
pub(crate) const LIGHT: &str = include_str!("light.css");

/// The colours of a dark one.
pub(crate) const DARK: &str = include_str!("dark.css");

/// Fonts in a file that no page surrounds.
const FONTS: &str = "svg { font-family: system-ui, -apple-system, \"Segoe UI\", \"Liberation Sans\", \"DejaVu Sans\", sans-serif; } \
    svg text.title { fill: var(--ink); font-size: 16px; font-weight: 600; } svg text.key { fill: var(--ink); font-size: 13px; }";

/// Room around everything in a file, and the heights of its title and of a row of its key.
const MARGIN: i32 = 12;
const TITLE: i32 = 34;
const KEY: i32 = 22;

/// Entries of a file's key in a row.
const KEYS_IN_A_ROW: i32 = 2;

/// One or several charts with a title.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Unlike any other's on the page.
    pub(crate) id: String,
    pub(crate) title: String,
    /// What it shows and how it is read: the alternative for whoever does not see it.
    pub(crate) text: String,
    /// Each with its title, which is not shown of one alone.
    pub(crate) panels: Vec<(String, Panel)>,
    pub(crate) keys: Vec<Key>,
    /// The id of the table that holds its figures.
    pub(crate) table: String,
}

/// A chart of a figure.
#[derive(Clone, Debug)]
pub(crate) enum Panel {
    Plane(Plane),
    Rows(Rows),
}

/// What marks of a look stand for.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) look: Look,
    pub(crate) symbol: Symbol,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(look: Look, symbol: Symbol, name: impl Into<String>) -> Self {
        Self { look, symbol, name: name.into() }
    }
}

impl Panel {
    /// The lines that its marks are seen against.
    fn levels(&self) -> &[Level] {
        match self {
            Self::Plane(plane) => &plane.levels,
            Self::Rows(rows) => &rows.levels,
        }
    }

    /// The SVG elements at a width, with its height; `None` where no mark has a place.
    fn draw(&self, width: Width) -> Option<(i32, Markup)> {
        match self {
            Self::Plane(plane) => plane.draw(width),
            Self::Rows(rows) => rows.draw(width),
        }
    }
}

impl Figure {
    /// The figure for the page; nothing where none of its charts has a mark. One chart alone is drawn for a desk and for
    /// a phone; several stand side by side on a desk, each as wide as a phone.
    pub(crate) fn markup(&self) -> Markup {
        let alone = self.panels.len() == 1;
        let shown: &[(Width, &str)] = if alone {
            &[(Width::Wide, "chart wide"), (Width::Narrow, "chart narrow")]
        } else {
            &[(Width::Narrow, "chart")]
        };
        let panels = self.panels.iter().enumerate().map(|(number, (title, panel))| {
            let chart = |(width, class): &(Width, &str)| {
                let (height, elements) = panel.draw(*width)?;
                let id = format!("{}-{number}-{}", self.id, width.pixels());
                let title = if title.is_empty() { &self.title } else { title };
                Some(html! {
                    svg class=(class) viewBox={ "0 0 " (width.pixels()) " " (height) } role="group"
                        aria-labelledby={ (id) "-title " (id) "-text" } {
                        title id={ (id) "-title" } { (title) }
                        desc id={ (id) "-text" } { (self.text) }
                        (elements)
                    }
                })
            };
            (title, shown.iter().filter_map(chart).collect::<Vec<Markup>>())
        });
        let drawn: Vec<_> = panels.filter(|(_, charts)| !charts.is_empty()).collect();
        html! {
            @if !drawn.is_empty() {
                figure id=(self.id) {
                    figcaption { b { (self.title) } " " (self.text) }
                    @if !self.keys.is_empty() {
                        ul.key { @for key in &self.keys { li { (key.look.symbol(key.symbol)) (key.name) } } }
                    }
                    div class={ @if alone { "alone" } @else { "panels" } } {
                        @for (title, charts) in &drawn {
                            div.panel {
                                @if !alone { p.panel-title aria-hidden="true" { (title) } }
                                @for chart in charts { (chart) }
                            }
                        }
                    }
                    p.to-table { a href={ "#" (self.table) } { "The same as a table" } }
                }
            }
        }
    }

    /// The first of its charts as an SVG file in these colours; of rows those up to the second heading. `None` where it
    /// has no mark.
    pub(crate) fn file(&self, colours: &str) -> Option<String> {
        let (_, panel) = self.panels.first()?;
        let panel = match panel {
            Panel::Rows(rows) => &Panel::Rows(rows.first_section()),
            Panel::Plane(_) => panel,
        };
        let (height, elements) = panel.draw(Width::Wide)?;
        let keys = self.keys.iter().map(|key| (key.look.symbol(key.symbol), &key.name));
        let dash = html! { line.level x1="0" y1="7" x2="28" y2="7" {} };
        let keys = keys.chain(panel.levels().iter().map(|level| (dash.clone(), &level.label)));
        let keys: Vec<(Markup, &String)> = keys.collect();
        let rows = keys.len().div_ceil(KEYS_IN_A_ROW as usize) as i32;
        let below = MARGIN + TITLE + rows * KEY;
        let (width, height) = (Width::Wide.pixels() + 2 * MARGIN, below + height + MARGIN);
        let file = html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width)
                height=(height) role="img" aria-labelledby="title text" {
                title id="title" { (self.title) }
                desc id="text" { (self.text) }
                style { (PreEscaped(format!("svg {{ {colours}}} {FONTS} {CHART}"))) }
                rect fill="var(--ground)" width=(width) height=(height) rx="6" {}
                text.title x=(MARGIN) y=(MARGIN + 16) { (self.title) }
                @for (place, (symbol, name)) in (0..).zip(&keys) {
                    @let x = MARGIN + place % KEYS_IN_A_ROW * Width::Wide.pixels() / KEYS_IN_A_ROW;
                    @let y = MARGIN + TITLE + place / KEYS_IN_A_ROW * KEY;
                    g transform={ "translate(" (x) "," (y) ")" } { (symbol) text.key x="36" y="12" { (name) } }
                }
                g transform={ "translate(" (MARGIN) "," (below) ")" } { (elements) }
            }
        };
        Some(file.into_string())
    }
}
