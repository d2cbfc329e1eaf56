//! A chart of two axes of numbers: series of marks, with levels, bands and areas behind them.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use super::axis::{Axis, Width};
use super::frame::{Frame, Places};
use super::ink::Ink;
use super::marks::{Key, Look, Mark, Symbol, mark};
use super::scale::Scale;

/// A chart of two axes of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) series: Vec<Series>,
    pub(crate) levels: Vec<Level>,
    pub(crate) bands: Vec<Band>,
    pub(crate) areas: Vec<Area>,
}

/// Marks that belong together.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// As the figure's key calls them; empty where nothing is to be told apart.
    pub(crate) name: String,
    pub(crate) look: Look,
    /// Whether a line joins them.
    pub(crate) is_joined: bool,
    pub(crate) marks: Vec<Mark>,
}

/// A value of the vertical axis that all marks are seen against.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) value: f64,
    pub(crate) label: String,
}

/// A part of the horizontal axis in which something lasted.
#[derive(Clone, Debug)]
pub(crate) struct Band {
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) title: String,
}

/// What lies below a line, on a scale of its own whose top is told in the figure's words.
#[derive(Clone, Debug)]
pub(crate) struct Area {
    /// Places on the horizontal axis, with shares of the height.
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) title: String,
}

impl Plane {
    pub(crate) fn new(x: Axis, y: Axis) -> Self {
        let (series, levels, bands, areas) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { x, y, series, levels, bands, areas }
    }

    /// The SVG elements at a width, with its height; `None` where no mark has a place.
    pub(super) fn draw(&self, width: Width) -> Option<(u32, Markup)> {
        let (x, y) = (self.x_scale()?, self.y_scale()?);
        let (height, ticks) = match width {
            Width::Wide => (340, (9, 7)),
            Width::Narrow => (280, (5, 6)),
        };
        let (x, y) = ((&self.x, x), (Some(&self.y), y));
        let frame = Frame { width, height, x, y, sides: (84, 24), ticks };
        let joined = self.series.iter().filter(|it| it.is_joined && it.marks.len() > 1);
        let line = |series: &Series| {
            let points = series.marks.iter().map(|mark| (mark.x, mark.y)).collect();
            (Ink::series(series.look.0), points)
        };
        let (drawn, places) = frame.draw(&joined.map(line).collect());
        let elements = html! {
            (self.behind(&places))
            (PreEscaped(drawn))
            @for level in &self.levels { (level.draw(&places)) }
            @for series in &self.series {
                @for of_series in &series.marks { (place(series.look, of_series, &places)) }
            }
        };
        Some((height, elements))
    }

    /// What its series stand for.
    pub(super) fn keys(&self) -> Vec<Key> {
        let named = self.series.iter().filter(|series| !series.name.is_empty());
        let key = |series: &Series| {
            let symbol = if series.is_joined { Symbol::Line } else { Symbol::Mark };
            Key::new(series.look, symbol, series.name.clone())
        };
        named.map(key).collect()
    }

    fn x_scale(&self) -> Option<Scale> {
        let marks = self.series.iter().flat_map(|series| &series.marks).map(|mark| mark.x);
        let bands = self.bands.iter().flat_map(|band| [band.from, band.to]);
        let scale = Scale::of(marks.chain(bands), self.x.spacing)?;
        Some(scale.with_ticks(&self.x.ticks))
    }

    fn y_scale(&self) -> Option<Scale> {
        let marks = self.series.iter().flat_map(|series| &series.marks);
        let ends = marks.flat_map(|mark| {
            let (low, high) = mark.interval.unwrap_or((mark.y, mark.y));
            [mark.y, low, high]
        });
        let levels = self.levels.iter().map(|level| level.value);
        Scale::of(ends.chain(levels), self.y.spacing)
    }

    fn behind(&self, places: &Places) -> Markup {
        let [_, top, _, bottom] = places.inside;
        let pixel = |x: f64| places.x(x);
        html! {
            @for band in &self.bands {
                @let (from, to) = (pixel(band.from), pixel(band.to));
                rect.band x=(from) y=(top) width=((to - from).max(1)) height=(bottom - top) {
                    title { (band.title) }
                }
            }
            @for area in &self.areas {
                polygon.below points=(area.outline(places)) { title { (area.title) } }
            }
        }
    }
}

impl Level {
    fn draw(&self, places: &Places) -> Markup {
        let [left, _, right, _] = places.inside;
        let y = places.y(self.value);
        html! {
            line.level x1=(left) y1=(y) x2=(right) y2=(y) {}
            text.level-label x=(right - 4) y=(y) dy="-0.35em" text-anchor="end" { (self.label) }
        }
    }
}

impl Area {
    fn outline(&self, places: &Places) -> String {
        let [_, top, _, bottom] = places.inside;
        let height = |share: f64| bottom - (f64::from(bottom - top) * share).round() as i32;
        let mut outline = String::new();
        let ends = self.points.first().into_iter().chain(self.points.last());
        let ends: Vec<i32> = ends.map(|(x, _)| places.x(*x)).collect();
        if let [first, last] = ends.as_slice() {
            // Writing to a string cannot fail.
            let _ = write!(outline, "{first},{bottom} ");
            for (x, share) in &self.points {
                let _ = write!(outline, "{},{} ", places.x(*x), height(*share));
            }
            let _ = write!(outline, "{last},{bottom}");
        }
        outline
    }
}

fn place(look: Look, of_series: &Mark, places: &Places) -> Markup {
    let at = places.at(of_series.x, of_series.y);
    let ends = of_series.interval.map(|(low, high)| [low, high].map(|y| (at.0, places.y(y))));
    mark(look, of_series, at, ends)
}
