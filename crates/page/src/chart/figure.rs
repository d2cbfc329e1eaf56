//! A figure: a title, what it shows in words, one or several charts, their key, and a link to the table behind them.

use maud::{Markup, html};

use super::axis::Width;
use super::marks::Key;
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
    /// The charts, each with its own title.
    pub(crate) panels: Vec<(String, Panel)>,
    /// The id of the table that holds its figures.
    pub(crate) table: String,
}

/// A chart of a figure.
#[derive(Clone, Debug)]
pub(crate) enum Panel {
    Plane(Plane),
    Rows(Rows),
}

impl From<Plane> for Panel {
    fn from(plane: Plane) -> Self {
        Self::Plane(plane)
    }
}

impl From<Rows> for Panel {
    fn from(rows: Rows) -> Self {
        Self::Rows(rows)
    }
}

/// The only chart of a figure, whose title it has.
pub(crate) fn alone(panel: impl Into<Panel>) -> Vec<(String, Panel)> {
    vec![(String::new(), panel.into())]
}

impl Panel {
    /// Whether there is anything to see.
    fn is_empty(&self) -> bool {
        match self {
            Self::Plane(plane) => plane.series.iter().all(|series| series.marks.is_empty()),
            Self::Rows(rows) => rows.lines.is_empty(),
        }
    }

    /// The lines that its marks are seen against.
    pub(super) fn levels(&self) -> &[Level] {
        match self {
            Self::Plane(plane) => &plane.levels,
            Self::Rows(rows) => &rows.levels,
        }
    }

    fn keys(&self) -> Vec<Key> {
        match self {
            Self::Plane(plane) => plane.keys(),
            Self::Rows(rows) => rows.keys.clone(),
        }
    }

    /// The SVG elements at a width, with their height; `None` where no mark has a place.
    pub(super) fn draw(&self, width: Width) -> Option<(u32, Markup)> {
        match self {
            Self::Plane(plane) => plane.draw(width),
            Self::Rows(rows) => rows.draw(width),
        }
    }
}

impl Figure {
    /// Whether none of its charts shows anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.panels.iter().all(|(_, panel)| panel.is_empty())
    }

    /// What its looks stand for, each once.
    pub(super) fn keys(&self) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        for key in self.panels.iter().flat_map(|(_, panel)| panel.keys()) {
            if !keys.iter().any(|known| known.name == key.name) {
                keys.push(key);
            }
        }
        keys
    }

    /// The figure; nothing where none of its charts has a mark.
    pub(crate) fn draw(&self) -> Markup {
        // Several stand side by side on a desk, each as wide as a phone.
        let is_alone = self.panels.len() == 1;
        let widths: &[Width] = if is_alone { &Width::BOTH } else { &[Width::Narrow] };
        let mut drawn = Vec::new();
        for (number, (title, panel)) in self.panels.iter().enumerate() {
            let chart = |width: &Width| {
                let (height, elements) = panel.draw(*width)?;
                let id = format!("{}-{number}-{}", self.id, width.pixels());
                let class = if is_alone { width.class() } else { "chart" };
                let shown = if title.is_empty() { &self.title } else { title };
                Some(self.svg(&id, shown, class, (width.pixels(), height), &elements))
            };
            let charts: Vec<Markup> = widths.iter().filter_map(chart).collect();
            if !charts.is_empty() {
                drawn.push((title, charts));
            }
        }
        let keys = self.keys();
        html! {
            @if !drawn.is_empty() {
                figure id=(self.id) {
                    figcaption { b { (self.title) } " " (self.text) }
                    @if !keys.is_empty() {
                        ul.key { @for key in &keys { li { (key.look.symbol(key.symbol)) (key.name) } } }
                    }
                    div class={ @if is_alone { "alone" } @else { "panels" } } {
                        @for (title, charts) in &drawn {
                            div.panel {
                                @if !is_alone { p.panel-title aria-hidden="true" { (title) } }
                                @for chart in charts { (chart) }
                            }
                        }
                    }
                    p.to-table { a href={ "#" (self.table) } { "The same as a table" } }
                }
            }
        }
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
