//! What stands behind the marks of each chart: grid, ticks, titles of axes, lines; and where a value lies in pixels.

use maud::{Markup, html};

use super::marks::Look;
use super::scale::{Axis, Scale};

/// The widths at which each chart is drawn: for a desk, and for a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Wide,
    Narrow,
}

impl Width {
    /// The width in CSS pixels.
    pub(super) fn pixels(self) -> i32 {
        match self {
            Self::Wide => 760,
            Self::Narrow => 360,
        }
    }
}

/// Room above the coordinates, and below them for ticks and a title, in pixels.
pub(super) const ABOVE: i32 = 8;
pub(super) const BELOW: i32 = 42;

/// A letter's width, at most, in pixels.
const LETTER: f64 = 7.5;

/// The length of a tick in pixels, and how much of it a low chart has: a part of its height.
const TICK: i32 = 5;
const TICK_SHARE: i32 = 20;

/// Where the coordinates of a chart lie, and what is written beside them.
pub(super) struct Frame<'axes> {
    pub(super) width: Width,
    pub(super) height: i32,
    pub(super) x: (&'axes Axis, Scale),
    /// None where rows have labels in the place of an axis.
    pub(super) y: (Option<&'axes Axis>, Scale),
    /// Room for labels at the left and the right, in pixels.
    pub(super) sides: (i32, i32),
    /// At most so many ticks.
    pub(super) ticks: (usize, usize),
}

/// A line of a chart: its look, and the values that it joins.
pub(super) type JoinedLine = (Look, Vec<(f64, f64)>);

/// Where values lie in pixels.
pub(super) struct Places {
    /// Left, top, right and bottom of the coordinates.
    pub(super) inside: [i32; 4],
    x: Scale,
    y: Scale,
}

impl Places {
    /// The pixel of a value of the horizontal axis.
    pub(super) fn x(&self, value: f64) -> i32 {
        let [left, _, right, _] = self.inside;
        self.x.pixel(value, (left, right))
    }

    /// The pixel of a value of the vertical axis.
    pub(super) fn y(&self, value: f64) -> i32 {
        let [_, top, _, bottom] = self.inside;
        self.y.pixel(value, (bottom, top))
    }
}

impl Frame<'_> {
    /// The frame and the lines as SVG elements, and where further ones belong.
    pub(super) fn draw(self, lines: &[JoinedLine]) -> (Markup, Places) {
        let (left, top) = (self.sides.0, ABOVE);
        let (right, bottom) = (self.width.pixels() - self.sides.1, self.height - BELOW);
        // Lines end on the last pixel inside.
        let (end, base) = (right - 1, bottom - 1);
        let tick = TICK.min((bottom - top) / TICK_SHARE);
        let label_gap = 2 * tick;
        let ((x_axis, x), (y_axis, y)) = (&self.x, &self.y);
        let ticks_of = |axis: &Axis, scale: &Scale, most: usize, ends: (i32, i32)| {
            let labelled = |value: f64| (scale.pixel(value, ends), axis.unit.tick(value));
            let is_inside = |at: &i32| (ends.0.min(ends.1)..=ends.0.max(ends.1)).contains(at);
            let ticks = axis.ticks_on(scale, most).into_iter().map(labelled);
            ticks.filter(|(at, _)| is_inside(at)).collect::<Vec<(i32, String)>>()
        };
        let along_x = ticks_of(x_axis, x, self.ticks.0, (left, end));
        let along_y = y_axis.map(|axis| ticks_of(axis, y, self.ticks.1, (base, top)));
        let pixels = |points: &[(f64, f64)]| -> Vec<(i32, i32)> {
            // A line leads to what has no place, such as 0 among logarithms, as far as to the edge.
            let pixel = |(at, value): &(f64, f64)| {
                let (x, y) = (x.pixel(*at, (left, end)), y.pixel(*value, (base, top)));
                (x.clamp(left, end), y.clamp(top, base))
            };
            points.iter().map(pixel).collect()
        };
        let drawn = html! {
            @if let Some(axis) = y_axis {
                @let at = (0, i32::midpoint(top, bottom));
                (text(&axis.title, at, "0.76em", "middle", Some(format!("rotate(270,{},{})", at.0, at.1))))
            }
            (self.centred(&x_axis.title, (i32::midpoint(left, right), self.height), "-0.25em"))
            @for (x, _) in &along_x { line.line.grid x1=(x) y1=(base) x2=(x) y2=(top) {} }
            @for (y, _) in along_y.iter().flatten() { line.line.grid x1=(left) y1=(y) x2=(end) y2=(y) {} }
            @if let Some(along_y) = &along_y {
                (path("axis", &[(left - 1, top), (left - 1, base)]))
                @for (y, label) in along_y {
                    (text(label, (left - label_gap, *y), "0.35em", "end", None))
                    (path("axis", &[(left - 1 - tick, *y), (left - 1, *y)]))
                }
            }
            (path("axis", &[(left, bottom), (end, bottom)]))
            @for (x, label) in &along_x {
                (self.centred(label, (*x, bottom + label_gap), "0.76em"))
                (path("axis", &[(*x, bottom), (*x, bottom + tick)]))
            }
            @for (look, points) in lines { (path(&look.class(), &pixels(points))) }
        };
        (drawn, Places { inside: [left, top, right, bottom], x: self.x.1, y: self.y.1 })
    }

    /// A text that is centred as far as no edge clips it: a tick may lie at the end of an axis.
    fn centred(&self, shown: &str, (x, y): (i32, i32), shift: &str) -> Markup {
        let half = (shown.chars().count() as f64 * LETTER / 2.0).ceil() as i32;
        let x = x.min(self.width.pixels() - half).max(half);
        text(shown, (x, y), shift, "middle", None)
    }
}

fn text(
    shown: &str,
    (x, y): (i32, i32),
    shift: &str,
    anchor: &str,
    turn: Option<String>,
) -> Markup {
    html! {
        text.tick x=(x) y=(y) dy=(shift) text-anchor=(anchor) font-size="12" transform=[turn] { (shown) }
    }
}

fn path(class: &str, pixels: &[(i32, i32)]) -> Markup {
    let points: String = pixels.iter().map(|(x, y)| format!("{x},{y} ")).collect();
    html! { polyline class={ "line " (class) } points=(points) {} }
}
