//! Latency, floor, environment and run records: what a measurement is made of, with no engine in sight.
