use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

use super::*;
use crate::judgement::Prior;
use crate::judgement::made_up_tests::{contrast, contrast_apart};
use crate::judgement::{Direction, Verdict};

const BLOCKS: usize = 6;

fn normals(random: &mut SmallRng, deviation: f64) -> Vec<f64> {
    (0..BLOCKS)
        .map(|_| {
            let normal: f64 = StandardNormal.sample(random);
            deviation * normal
        })
        .collect()
}

/// So many contrasts of one standard deviation, half of whose variance comes from the base that they share.
fn contrasts(count: usize, deviation: f64, seed: u64) -> Vec<Contrast> {
    let mut random = SmallRng::seed_from_u64(seed);
    let of_case = deviation / 2.0_f64.sqrt();
    let base = normals(&mut random, of_case);
    let one = |index: usize| {
        let case = normals(&mut random, of_case);
        let ratios: Vec<f64> = case.iter().zip(&base).map(|(case, base)| case - base).collect();
        contrast(&format!("case{index}"), Class::Disk, &ratios)
    };
    (0..count).map(one).collect()
}

fn prior(variance: &ClassVariance) -> Option<Prior> {
    variance.learned.map(|learned| learned.prior)
}

#[test]
fn the_moments_find_a_known_prior() {
    // Variances drawn from the model itself: a prior of 8 degrees around a standard deviation of 0.05, 5 degrees each.
    let mut random = SmallRng::seed_from_u64(1);
    let (of_prior, of_own) = (ChiSquared::new(8.0).unwrap(), ChiSquared::new(5.0).unwrap());
    let mut variance = || {
        let truth = 8.0 * 0.05_f64.powi(2) / of_prior.sample(&mut random);
        Variance { value: truth * of_own.sample(&mut random) / 5.0, degrees: 5.0 }
    };
    let variances: Vec<Variance> = (0..5_000).map(|_| variance()).collect();
    let Prior { standard_deviation, degrees } = Prior::by_moments(&variances, 0.0, f64::INFINITY);
    assert!((standard_deviation / 0.05 - 1.0).abs() < 0.03, "{standard_deviation}");
    assert!((degrees.finite / 8.0 - 1.0).abs() < 0.15, "{degrees:?}");
}

#[test]
fn one_variance_for_all_weighs_as_much_as_a_class_may() {
    let most = (0..200).filter(|&seed| {
        let prior = prior(&ClassVariance::learn(Class::Disk, &contrasts(30, 0.05, seed))).unwrap();
        assert!((prior.standard_deviation / 0.05 - 1.0).abs() < 0.5, "{prior:?}");
        prior.degrees.finite.to_bits() == 14.5_f64.to_bits()
    });
    let count = most.count();
    assert!(count >= 150, "about half of the estimates are infinite, and most are large: {count}");
}

#[test]
fn the_noisiest_of_six_has_intervals_that_hold_the_truth() {
    // As the pairs on the disk are: standard deviations up to 2.4 times apart.
    const DEVIATIONS: [f64; 6] = [0.011, 0.013, 0.013, 0.013, 0.017, 0.026];
    let mut random = SmallRng::seed_from_u64(9);
    let classes = 4_000;
    let mut misses = [0; DEVIATIONS.len()];
    for _ in 0..classes {
        let all: Vec<Contrast> = DEVIATIONS
            .iter()
            .enumerate()
            .map(|(index, deviation)| {
                let ratios: Vec<f64> =
                    (0..8).map(|_| normals(&mut random, *deviation)[0]).collect();
                contrast_apart(&format!("case{index}"), Class::Disk, &ratios)
            })
            .collect();
        let learned = ClassVariance::learn(Class::Disk, &all);
        for (contrast, misses) in all.iter().zip(&mut misses) {
            *misses += u32::from(!learned.judge(contrast).unwrap().interval_95.contains(1.0));
        }
    }
    let share = |misses: u32| f64::from(misses) / f64::from(classes);
    let of_all = misses.iter().map(|misses| share(*misses)).sum::<f64>() / misses.len() as f64;
    assert!((0.04..=0.06).contains(&of_all), "{of_all}");
    assert!(misses.iter().all(|misses| share(*misses) < 0.085), "{misses:?} of {classes}");
}

#[test]
fn a_lucky_contrast_is_not_believed() {
    let mut all = contrasts(12, 0.05, 3);
    // Four blocks that agree by luck.
    let lucky = contrast("lucky", Class::Disk, &[0.060, 0.061, 0.060, 0.061]);
    all.push(lucky.clone());
    let plain = ClassVariance::unknown(Class::Disk).judge(&lucky).unwrap();
    assert_eq!(plain.verdict, Verdict::Differs { direction: Direction::Longer });
    assert_eq!((plain.prior, plain.degrees), (None, 3.0));
    let moderated = ClassVariance::learn(Class::Disk, &all).judge(&lucky).unwrap();
    assert_eq!(moderated.verdict, Verdict::Undecided, "{moderated:?}");
    assert!(moderated.prior.is_some() && moderated.degrees > 3.0);
    assert!(moderated.standard_error > 5.0 * plain.standard_error);
    assert!((moderated.factor - plain.factor).abs() < 1e-12, "only the variance is shrunk");
}

#[test]
fn a_noisy_contrast_spoils_no_other_and_is_judged_alone() {
    let calm = contrasts(12, 0.02, 4);
    let noisy = contrast("noisy", Class::Disk, &[0.9, -0.8, 1.1, -1.2, 0.7, -0.9]);
    let mut all = calm.clone();
    all.push(noisy.clone());
    let with = ClassVariance::learn(Class::Disk, &all);
    assert_eq!(prior(&with), prior(&ClassVariance::learn(Class::Disk, &calm)));
    let alone = ClassVariance::unknown(Class::Disk).judge(&noisy).unwrap();
    assert_eq!(with.judge(&noisy).unwrap(), alone);
    assert_eq!(alone.prior, None);
}

#[test]
fn few_contrasts_have_no_prior() {
    for count in [0, 1, 2] {
        let few = contrasts(count, 0.05, 5);
        assert_eq!(prior(&ClassVariance::learn(Class::Disk, &few)), None, "{count}");
    }
    let other_classes = contrasts(5, 0.05, 6);
    assert_eq!(prior(&ClassVariance::learn(Class::Memory, &other_classes)), None);
}

#[test]
fn a_class_is_not_judged_by_another() {
    let disk = contrasts(1, 0.05, 7);
    let error = ClassVariance::unknown(Class::Memory).judge(&disk[0]).unwrap_err();
    let expected = "expected the variance of the class Disk, got that of Memory";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn contrasts_that_share_cases_know_less_together() {
    // All have the case `base` in common, so of 12 contrasts of 5 degrees 60 / (1 + 11 / 4) are left.
    let degrees = |seed| {
        let all = contrasts(12, 0.05, seed);
        ClassVariance::learn(Class::Disk, &all).judge(&all[0]).unwrap().degrees
    };
    for seed in 0..20 {
        assert!((5.0..=16.0 + 1e-9).contains(&degrees(seed)), "{}", degrees(seed));
    }
    // The same pair twice, by two metrics, is one contrast.
    let twice = contrasts(1, 0.05, 8);
    assert!((alike(&twice[0], &twice[0]) - 1.0).abs() < 1e-12);
}
