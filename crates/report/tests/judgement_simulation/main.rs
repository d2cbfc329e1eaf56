//! The judgement, tried on made-up runs whose truth is known.

mod engine;

use engine::{Case, measure};
use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks};
use report::judgement::*;

const CASES: [Case; 7] = [
    Case { floors: 1.4, references: 1.2, factor: 1.0 },
    Case { floors: 1.4, references: 1.2, factor: 1.0 },
    Case { floors: 1.4, references: 1.2, factor: 1.1 },
    Case { floors: 1.4, references: 1.2, factor: 1.03 },
    Case { floors: 0.2, references: 1.14, factor: 1.0 },
    Case { floors: 6.5, references: 2.0, factor: 1.0 },
    Case { floors: 1.0, references: 0.04, factor: 1.0 },
];

#[derive(Clone, Copy, Default, Debug)]
struct Tally {
    runs: f64,
    hit95: f64,
    hit99: f64,
    hit90: f64,
    differs: f64,
    equal: f64,
    err: f64,
    err2: f64,
    df: f64,
    se2: f64,
    infl: f64,
    spent: f64,
}

fn one(seed: u64, blocks: u32, moderated: bool) -> Vec<(f64, Finding, f64, f64)> {
    let pieces = measure(&CASES, blocks, seed);
    let all: Vec<Piece> = pieces.iter().flatten().copied().collect();
    let nominal = Nominal::of(&all).unwrap();
    let times: Vec<NominalTime> = pieces
        .iter()
        .map(|p| {
            let fit = Fit::of(p, Yardsticks::Both).unwrap();
            NominalTime::of(&fit, p, &nominal).unwrap()
        })
        .collect();
    let contrasts: Vec<Contrast> = (1..CASES.len())
        .map(|c| {
            Contrast::new(
                ContrastKey {
                    question: "q".into(),
                    kind: ContrastKind::AgainstBase,
                    case: CaseId(format!("{c}")),
                    baseline: CaseId("0".into()),
                    metric: Metric::AckedTime,
                },
                Class::Disk,
                &times[c],
                &times[0],
            )
            .unwrap()
        })
        .collect();
    let v = if moderated {
        ClassVariance::learn(Class::Disk, &contrasts)
    } else {
        ClassVariance::unknown(Class::Disk)
    };
    contrasts
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let t = |case: &Case| case.time_ns(nominal.floor_ns, nominal.reference_ns);
            let truth = (t(&CASES[i + 1]) / t(&CASES[0])).ln();
            (
                truth,
                v.judge(c).unwrap(),
                times[i + 1].variance_inflation,
                times[i + 1].spent_degrees,
            )
        })
        .collect()
}

#[test]
fn explore() {
    let started = std::time::Instant::now();
    let runs: u64 = std::env::var("RUNS").ok().and_then(|r| r.parse().ok()).unwrap_or(2000);
    for moderated in [false, true] {
        for blocks in [4_u32, 6, 8, 12] {
            let half = |from: u64| {
                let mut t = [Tally::default(); 6];
                for seed in (from..runs).step_by(2) {
                    for (i, (truth, f, infl, spent)) in
                        one(seed, blocks, moderated).into_iter().enumerate()
                    {
                        let t = &mut t[i];
                        let tf = truth.exp();
                        t.runs += 1.0;
                        t.hit95 += f64::from(f.interval_95.contains(tf));
                        t.hit99 += f64::from(f.interval_99.contains(tf));
                        t.hit90 += f64::from(f.interval_90.contains(tf));
                        t.differs += f64::from(matches!(f.verdict, Verdict::Differs { .. }));
                        t.equal += f64::from(matches!(f.verdict, Verdict::EqualWithin { .. }));
                        let e = f.log_factor() - truth;
                        t.err += e;
                        t.err2 += e * e;
                        t.df += f.degrees;
                        t.se2 += f.standard_error.powi(2);
                        t.infl += infl;
                        t.spent += spent;
                    }
                }
                t
            };
            let (a, b) = std::thread::scope(|s| {
                let h = s.spawn(|| half(0));
                let b = half(1);
                (h.join().unwrap(), b)
            });
            for i in 0..6 {
                let n = a[i].runs + b[i].runs;
                let m = |f: fn(&Tally) -> f64| (f(&a[i]) + f(&b[i])) / n;
                println!(
                    "mod {moderated} B {blocks} case {} : 90 {:.3} 95 {:.4} 99 {:.4} differs {:.4} equal {:.4} bias {:+.4} sd {:.4} se {:.4} df {:.1} infl {:.2} spent {:.2}",
                    i + 1,
                    m(|t| t.hit90),
                    m(|t| t.hit95),
                    m(|t| t.hit99),
                    m(|t| t.differs),
                    m(|t| t.equal),
                    m(|t| t.err),
                    m(|t| t.err2).sqrt(),
                    m(|t| t.se2).sqrt(),
                    m(|t| t.df),
                    m(|t| t.infl),
                    m(|t| t.spent)
                );
            }
        }
    }
    println!("{:?}", started.elapsed());
}
