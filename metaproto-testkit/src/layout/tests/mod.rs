//! Tests of the interpreter as a whole; those of its pieces stand beside them.

mod agreement;
mod bounds;
mod derived;
mod generating;
mod properties;
mod reading;
mod samples;
mod shapes;
mod shrinking;
mod trees;
