//! A backend of plotters that writes SVG with classes in the place of colours.

use std::convert::Infallible;
use std::fmt::Write as _;

use maud::{PreEscaped, html};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontTransform,
};

use super::ink::Ink;

/// The sizes of plotters' fonts are heights of lines.
const LINE_HEIGHT: f64 = 1.24;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// SVG elements without the element around them.
pub(super) struct ClassedSvg<'out> {
    pub(super) size: (u32, u32),
    pub(super) out: &'out mut String,
}

/// A letter's width, at most, as a share of the height of a line.
const LETTER_WIDTH: f64 = 0.5;

impl ClassedSvg<'_> {
    /// Where a text is centred so that no edge clips it: a tick may lie at the end of an axis.
    fn within(&self, x: i32, text: &str, line_height: f64) -> i32 {
        let half = (text.chars().count() as f64 * LETTER_WIDTH * line_height / 2.0).ceil() as i32;
        let end = i32::try_from(self.size.0).unwrap_or(i32::MAX) - half;
        x.min(end).max(half)
    }

    fn add(&mut self, element: &PreEscaped<String>) -> Drawn {
        self.out.push_str(&element.0);
        Ok(())
    }
}

fn is_seen(color: BackendColor) -> bool {
    color.alpha > 0.0
}

impl DrawingBackend for ClassedSvg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let (x, y) = point;
        self.add(&html! {
            rect class={ "fill " (Ink::class(color)) } x=(x) y=(y) width="1" height="1" {}
        })
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        if !is_seen(style.color()) {
            return Ok(());
        }
        let class = Ink::class(style.color());
        self.add(&html! {
            line class={ "line " (class) } x1=(from.0) y1=(from.1) x2=(to.0) y2=(to.1) {}
        })
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if !is_seen(style.color()) {
            return Ok(());
        }
        let class = Ink::class(style.color());
        let points = path.into_iter().fold(String::new(), |mut points, (x, y)| {
            // Writing to a string cannot fail.
            let _ = write!(points, "{x},{y} ");
            points
        });
        self.add(&html! { polyline class={ "line " (class) } points=(points) {} })
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        if !is_seen(style.color()) {
            return Ok(());
        }
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let shift = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center => "0.35em",
            VPos::Bottom => "-0.25em",
        };
        let turn = match style.transform() {
            FontTransform::None => None,
            FontTransform::Rotate90 => Some(90),
            FontTransform::Rotate180 => Some(180),
            FontTransform::Rotate270 => Some(270),
        };
        let (x, y) = match (&turn, style.anchor().h_pos) {
            (None, HPos::Center) => (self.within(at.0, text, style.size()), at.1),
            _ => at,
        };
        let turn = turn.map(|degrees| format!("rotate({degrees},{x},{y})"));
        let size = format!("{:.0}", style.size() / LINE_HEIGHT);
        let class = Ink::class(style.color());
        self.add(&html! {
            text class=(class) x=(x) y=(y) dy=(shift) text-anchor=(anchor) font-size=(size)
                transform=[turn] { (text) }
        })
    }
}
