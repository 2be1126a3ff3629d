//! Server functions, one file per noun.
