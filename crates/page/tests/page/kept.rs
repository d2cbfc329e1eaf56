//! Charts as files, for the project's front page.

use page::{kept_charts, write_charts};

use crate::{Copy, attributes, reference_run};

#[test]
fn they_stand_alone_in_light_and_dark() {
    let charts = kept_charts(&reference_run()).unwrap();
    assert_eq!(charts.len(), 2);
    for chart in &charts {
        let [(_, light), (_, dark)] = &chart.files;
        assert_ne!(light, dark);
        for text in [light, dark] {
            assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{text:.80}");
            assert!(text.matches("class=\"mark\"").count() > 10);
            assert_eq!(attributes(text, "href"), Vec::<&str>::new());
            assert!(!text.contains("<script") && !text.contains("url("));
            let (opened, closed) = (text.matches("<g ").count(), text.matches("</g>").count());
            assert_eq!(opened, closed);
        }
        assert!(chart.text.contains("floor"), "{}", chart.text);
    }
}

#[test]
fn they_are_those_that_the_run_has() {
    let copy = Copy::of("durability_price");
    let written = write_charts(copy.folder.path()).unwrap();
    let [chart] = written.as_slice() else { panic!("{written:?}") };
    for (file, _) in &chart.files {
        assert!(copy.folder.path().join(file).is_file(), "{file}");
    }
    assert!(write_charts(Copy::of("auto_vacuum").folder.path()).unwrap().is_empty());
}
