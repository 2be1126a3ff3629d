//! Frames around pages.
