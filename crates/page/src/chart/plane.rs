//! A chart of two axes of numbers: series of marks, with levels, bands and areas behind them.

use maud::{Markup, html};

use super::frame::{Frame, Places, Width};
use super::marks::{Look, Mark, mark};
use super::scale::{Axis, Scale};

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
    pub(crate) fn new(x: Axis, y: Axis, series: Vec<Series>) -> Self {
        Self { x, y, series, levels: Vec::new(), bands: Vec::new(), areas: Vec::new() }
    }

    /// The SVG elements at a width, with its height; `None` where no mark has a place.
    pub(super) fn draw(&self, width: Width) -> Option<(i32, Markup)> {
        let marks = || self.series.iter().flat_map(|series| &series.marks);
        let bands = self.bands.iter().flat_map(|band| [band.from, band.to]);
        let x = Scale::of(marks().map(|mark| mark.x).chain(bands), self.x.spacing)?;
        let levels = self.levels.iter().map(|level| level.value);
        let y = marks().flat_map(|mark| mark.reaches(mark.y)).chain(levels);
        let y = Scale::of(y, self.y.spacing)?;
        let (height, ticks) = match width {
            Width::Wide => (340, (9, 7)),
            Width::Narrow => (280, (5, 6)),
        };
        let (x, y) = ((&self.x, x), (Some(&self.y), y));
        let frame = Frame { width, height, x, y, sides: (84, 24), ticks };
        let line = |series: &Series| {
            let points = series.marks.iter().map(|mark| (mark.x, mark.y)).collect();
            (series.look, points)
        };
        let joined = self.series.iter().filter(|series| series.is_joined && series.marks.len() > 1);
        let (frame, places) = frame.draw(&joined.map(line).collect::<Vec<_>>());
        let [left, top, right, bottom] = places.inside;
        let elements = html! {
            @for band in &self.bands {
                @let (from, to) = (places.x(band.from), places.x(band.to));
                rect.band x=(from) y=(top) width=((to - from).max(1)) height=(bottom - top) {
                    title { (band.title) }
                }
            }
            @for area in &self.areas {
                polygon.below points=(area.outline(&places)) { title { (area.title) } }
            }
            (frame)
            @for level in &self.levels {
                @let y = places.y(level.value);
                line.level x1=(left) y1=(y) x2=(right) y2=(y) {}
                text.level-label x=(right - 4) y=(y) dy="-0.35em" text-anchor="end" { (level.label) }
            }
            @for series in &self.series {
                @for of_series in &series.marks {
                    @let (x, y) = (places.x(of_series.x), places.y(of_series.y));
                    @let ends = of_series.interval.map(|(low, high)| [low, high].map(|it| (x, places.y(it))));
                    (mark(series.look, of_series, (x, y), ends))
                }
            }
        };
        Some((height, elements))
    }
}

impl Area {
    fn outline(&self, places: &Places) -> String {
        let [_, top, _, bottom] = places.inside;
        let height = |share: f64| bottom - (f64::from(bottom - top) * share).round() as i32;
        let point = |(x, share): &(f64, f64)| (places.x(*x), height(*share));
        let foot = |(x, _): &(f64, f64)| (places.x(*x), bottom);
        let (first, last) = (self.points.first().map(foot), self.points.last().map(foot));
        let outline = first.into_iter().chain(self.points.iter().map(point)).chain(last);
        outline.map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" ")
    }
}
