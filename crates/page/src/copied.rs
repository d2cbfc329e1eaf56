//! Text to copy, with a button that does it.

use maud::{Markup, html};

/// The text, and what it is.
pub(crate) fn copied(what: &str, text: &str) -> Markup {
    html! {
        div.copied {
            span { (what) }
            button type="button" data-copy="" { "copy" }
            pre { code { (text) } }
        }
    }
}
