//! Golden vectors: the format, replaying, blessing, recording and importing, with a small derived protocol.

mod docs;
mod format;
mod import;
mod mistakes;
mod replay;
mod shop;
