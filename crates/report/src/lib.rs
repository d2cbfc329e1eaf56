//! Run records to tables, findings and one summary.
