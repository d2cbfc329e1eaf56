//! Marks: a shape for each value, its interval, its title, and its place in the order of focus.

use maud::{Markup, html};

use super::ink::LOOKS;

/// How the marks of a series look: its colour, shape and dashes, which differ together, so that grey tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look(pub(crate) u8);

/// One value of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// The interval along the axis of the values.
    pub(crate) interval: Option<(f64, f64)>,
    /// Whether it is only outlined, which in every chart means that an ack waits for no sync.
    pub(crate) is_hollow: bool,
    /// The radius in pixels of a circle around it, whose area is a further value.
    pub(crate) circle: Option<f64>,
    /// A short text beside it.
    pub(crate) label: Option<String>,
    /// The values in words.
    pub(crate) title: String,
}

impl Mark {
    pub(crate) fn at(x: f64, y: f64, title: String) -> Self {
        Self { x, y, interval: None, is_hollow: false, circle: None, label: None, title }
    }

    pub(crate) fn with_interval(self, interval: Option<(f64, f64)>) -> Self {
        Self { interval, ..self }
    }

    pub(crate) fn with_circle(self, radius: f64) -> Self {
        Self { circle: Some(radius), ..self }
    }

    pub(crate) fn with_label(self, label: String) -> Self {
        Self { label: Some(label), ..self }
    }

    pub(crate) fn hollow_if(self, is_hollow: bool) -> Self {
        Self { is_hollow, ..self }
    }
}

/// Half of a mark's size in pixels.
const REACH: f64 = 4.5;

impl Look {
    /// The class of its colour and dashes.
    pub(crate) fn class(self) -> String {
        format!("s{}", self.0 % LOOKS)
    }

    /// The shape around a point.
    fn shape(self, x: f64, y: f64) -> String {
        let r = REACH;
        let polygon = |corners: &[(f64, f64)]| {
            let corner = |(dx, dy): &(f64, f64)| format!("{:.1} {:.1}", x + dx * r, y + dy * r);
            let corners: Vec<String> = corners.iter().map(corner).collect();
            format!("M{}Z", corners.join("L"))
        };
        match self.0 % LOOKS {
            0 => format!(
                "M{:.1} {y:.1}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0Z",
                x - r,
                d = 2.0 * r
            ),
            1 => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
            2 => polygon(&[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)]),
            3 => polygon(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
            4 => polygon(&[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)]),
            5 => polygon(&[
                (-0.4, -1.1),
                (0.4, -1.1),
                (0.4, -0.4),
                (1.1, -0.4),
                (1.1, 0.4),
                (0.4, 0.4),
                (0.4, 1.1),
                (-0.4, 1.1),
                (-0.4, 0.4),
                (-1.1, 0.4),
                (-1.1, -0.4),
                (-0.4, -0.4),
            ]),
            _ => polygon(&[(-1.2, -0.5), (1.2, -0.5), (1.2, 0.5), (-1.2, 0.5)]),
        }
    }

    /// The symbol for a key.
    pub(super) fn symbol(self, symbol: Symbol) -> Markup {
        let class = self.class();
        html! {
            svg.symbol viewBox="0 0 28 14" width="28" height="14" aria-hidden="true" {
                @if symbol == Symbol::Line {
                    line class={ "line " (class) } x1="0" y1="7" x2="28" y2="7" {}
                }
                @match symbol {
                    Symbol::Bar => rect class={ "bar " (class) } x="3" y="1" width="22" height="12" {},
                    Symbol::Hollow => path class={ "dot " (class) " hollow" } d=(self.shape(14.0, 7.0)) {},
                    Symbol::Line | Symbol::Mark => path class={ "dot " (class) } d=(self.shape(14.0, 7.0)) {},
                }
            }
        }
    }
}

/// How a key shows a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A mark on a line.
    Line,
    /// A mark alone.
    Mark,
    /// A mark that is only outlined.
    Hollow,
    /// A part of a bar.
    Bar,
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

/// A mark at a pixel, with the ends of its interval as pixels.
pub(super) fn mark(
    look: Look,
    mark: &Mark,
    (x, y): (i32, i32),
    ends: Option<[(i32, i32); 2]>,
) -> Markup {
    let shape = look.shape(x.into(), y.into());
    let hollow = if mark.is_hollow { " hollow" } else { "" };
    html! {
        g.mark tabindex="0" role="img" aria-label=(mark.title) {
            @if let Some([from, to]) = ends {
                line class={ "whisker " (look.class()) } x1=(from.0) y1=(from.1) x2=(to.0) y2=(to.1) {}
            }
            circle.reach cx=(x) cy=(y) r="9" {}
            @if let Some(radius) = mark.circle {
                circle class={ "around " (look.class()) } cx=(x) cy=(y) r=(format!("{radius:.1}")) {}
            }
            path class={ "dot " (look.class()) (hollow) } d=(shape) {}
            @if let Some(label) = &mark.label { text.label x=(x + 7) y=(y - 6) { (label) } }
        }
    }
}
