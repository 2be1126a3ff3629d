//! Every URL in one place.
