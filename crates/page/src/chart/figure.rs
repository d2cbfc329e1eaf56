//! A figure: a title, what it shows in words, one or several charts, their key, and a link to the table behind them.

use maud::{Markup, html};

use super::axis::Width;
use super::error::ChartError;
use super::marks::{Look, Symbol};
use super::plane::{Level, Plane};
use super::rows::Rows;

/// One or several charts with a title.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// Unlike any other's on the page.
    pub(crate) id: String,
    pub(crate) title: String,
    /// What it shows and how it is read: the alternative for whoever does not see it.
    pub(crate) text: String,
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

impl Panel {
    /// The lines that its marks are seen against.
    pub(super) fn levels(&self) -> &[Level] {
        match self {
            Self::Plane(plane) => &plane.levels,
            Self::Rows(rows) => &rows.levels,
        }
    }

    pub(super) fn draw(
        &self,
        title: &str,
        width: Width,
    ) -> Result<Option<(u32, Markup)>, ChartError> {
        match self {
            Self::Plane(plane) => plane.draw(title, width),
            Self::Rows(rows) => rows.draw(title, width),
        }
    }
}

impl Figure {
    /// The figure; nothing where none of its charts has a mark.
    pub(crate) fn draw(&self) -> Result<Option<Markup>, ChartError> {
        let mut drawn = Vec::new();
        for (number, (title, panel)) in self.panels.iter().enumerate() {
            // Several stand side by side on a desk, each as wide as a phone.
            let alone = self.panels.len() == 1;
            let widths: &[Width] = if alone { &Width::BOTH } else { &[Width::Narrow] };
            let mut charts = Vec::new();
            for width in widths.iter().copied() {
                let Some((height, elements)) = panel.draw(&self.title, width)? else { continue };
                let id = format!("{}-{number}-{}", self.id, width.pixels());
                let class = if alone { width.class() } else { "chart" };
                let shown = if title.is_empty() { &self.title } else { title };
                charts.push(self.svg(&id, shown, class, (width.pixels(), height), &elements));
            }
            if !charts.is_empty() {
                drawn.push(html! {
                    div.panel {
                        @if !alone { p.panel-title aria-hidden="true" { (title) } }
                        @for chart in &charts { (chart) }
                    }
                });
            }
        }
        if drawn.is_empty() {
            return Ok(None);
        }
        Ok(Some(html! {
            figure id=(self.id) {
                figcaption { b { (self.title) } " " (self.text) }
                @if !self.keys.is_empty() {
                    ul.key { @for key in &self.keys { li { (key.look.symbol(key.symbol)) (key.name) } } }
                }
                div class={ @if self.panels.len() > 1 { "panels" } @else { "alone" } } {
                    @for panel in &drawn { (panel) }
                }
                p.to-table { a href={ "#" (self.table) } { "The same as a table" } }
            }
        }))
    }

    fn svg(
        &self,
        id: &str,
        title: &str,
        class: &str,
        (width, height): (u32, u32),
        elements: &Markup,
    ) -> Markup {
        let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
        html! {
            svg class=(class) viewBox={ "0 0 " (width) " " (height) } role="group"
                aria-labelledby={ (title_id) " " (text_id) } {
                title id=(title_id) { (title) }
                desc id=(text_id) { (self.text) }
                (elements)
            }
        }
    }
}

/// Several figures, one below the other.
pub(crate) fn figures(figures: &[Figure]) -> Result<Markup, ChartError> {
    let drawn: Result<Vec<Option<Markup>>, ChartError> = figures.iter().map(Figure::draw).collect();
    let drawn = drawn?;
    Ok(html! { @for figure in drawn.iter().flatten() { (figure) } })
}
