//! Criterion's Profiler over pprof: on-CPU and wall-clock flamegraphs of every case.
