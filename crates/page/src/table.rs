//! A table of the report as HTML: it can be sorted by each column, and filtered.

use maud::{Markup, html};
use report::table::{Cell, Heading, Kind, Table};

/// Where more is told of a case, by its id.
pub(crate) type Links<'a> = &'a dyn Fn(&str) -> Option<String>;

/// So many rows can be looked over without a filter.
const UNFILTERED_MAX: usize = 8;

/// The table with an id and a caption; nothing without rows.
pub(crate) fn table(id: &str, caption: &str, table: &Table, links: Links<'_>) -> Markup {
    let table = table.for_pages();
    if table.is_empty() {
        return html! {};
    }
    let (headings, notes) = (table.headings(), table.all_notes());
    html! {
        div.table id=(id) {
            @if table.rows().count() > UNFILTERED_MAX {
                label.filter { "Show rows with " input type="search" data-filter="" placeholder="a part of them" {} }
            }
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table.sortable {
                    caption { (caption) }
                    thead { tr { @for column in headings { (heading(column)) } } }
                    @for section in table.sections() {
                        tbody {
                            @if let Some(heading) = &section.heading {
                                tr.section { th colspan=(headings.len()) scope="colgroup" { (heading) } }
                            }
                            @for row in &section.rows {
                                tr {
                                    @for (heading, shown) in headings.iter().zip(row) {
                                        (cell(shown, class(heading.kind), links))
                                    }
                                }
                            }
                        }
                    }
                }
            }
            @if !notes.is_empty() { p.notes { (notes.join("; ")) "." } }
        }
    }
}

fn heading(heading: &Heading) -> Markup {
    let note = (!heading.note.is_empty()).then_some(heading.note);
    let class = class(heading.kind);
    // A column without a heading is told to whoever does not see it.
    let name = heading.text.is_empty().then(|| heading.key.replace('_', " "));
    html! {
        th scope="col" class=[class] title=[note] {
            button type="button" aria-label=[name] { (heading.text) }
        }
    }
}

fn class(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Figure).then_some("figure")
}

fn cell(cell: &Cell, class: Option<&str>, links: Links<'_>) -> Markup {
    match cell {
        Cell::Id { id, mark } => html! {
            td {
                @match links(id) {
                    Some(link) => a href=(link) { code { (id) } },
                    None => code { (id) },
                }
                @if !mark.is_empty() { " " (mark) }
            }
        },
        Cell::Missing(missing) => {
            html! { td class=[class] data-value="" title=(missing.in_words()) { "-" } }
        }
        other => {
            let (value, words) = (sorted_by(other), other.in_words());
            let value = (value != words).then_some(value);
            html! { td class=[class] data-value=[value] { (words) } }
        }
    }
}

/// More digits than this sort nothing.
const DIGITS_MAX: usize = 9;

/// What a cell is sorted by, where that is a number in as few digits as tell it from others.
fn sorted_by(cell: &Cell) -> String {
    let unrounded = cell.unrounded();
    match unrounded.parse::<f64>() {
        Ok(number) if unrounded.len() > DIGITS_MAX => format!("{number:.5e}"),
        _ => unrounded,
    }
}
