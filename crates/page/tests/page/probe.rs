//! A script that looks at the page as a reader would, put into a copy of it.

/// Notes errors of scripts from the beginning on.
const ERRORS: &str = "<script>addEventListener(\"error\", (event) => { \
    document.documentElement.dataset.errors = event.message; });</script>";

/// The page with the script in it; what it finds stands in `data-probe` of the root.
pub(crate) fn probed(page: &str) -> String {
    let probe = format!("<script>{}</script></body>", include_str!("probe.js"));
    page.replacen("<head>", &format!("<head>{ERRORS}"), 1).replacen("</body>", &probe, 1)
}

/// The page with axe in it, which looks at all of it but the settings of each case; what is serious stands in
/// `data-probe` of the root.
pub(crate) fn with_axe(page: &str, axe: &str) -> String {
    let scripts =
        format!("<script>{axe}</script><script>{}</script></body>", include_str!("axe.js"));
    page.replacen("</body>", &scripts, 1)
}

/// What the script found, from the page's text after it ran.
pub(crate) fn found(dumped: &str) -> Option<&str> {
    dumped.split("data-probe=\"").nth(1)?.split('"').next()
}
