//! The explorer of captured bytes: streams, captures, lines, pages, and bytes of any sort.

mod capture;
mod hostile;
mod lines;
mod page;
mod stream;
mod wire;
