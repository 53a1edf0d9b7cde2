//! Byte diagrams and field tables of wire formats, as text.
//!
//! A wire format is a list of [`Cell`]s in wire order. [`diagram`] draws them as specifications do, 32 bits a row;
//! [`table`] lists them in Markdown. Neither can fail, whatever the cells say.
//!
//! ```
//! use metaproto_diagram::{Cell, diagram};
//!
//! let cells = [
//!     Cell::bits("kind", 8),
//!     Cell::bits("flags", 8),
//!     Cell::bits("length", 16),
//!     Cell::variable("name", "length bytes"),
//! ];
//! assert_eq!(
//!     diagram(&cells),
//!     "   0                   1                   2                   3\n   \
//!        0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n  \
//!       +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n\
//!      0 |     kind      |     flags     |            length             |\n  \
//!       +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n\
//!      4 /                      name (length bytes)                      /\n  \
//!       +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
//! );
//! ```
#![forbid(unsafe_code)]

mod cell;
mod offset;
mod rows;
mod table;

pub use cell::{ByteOrder, Cell, Width, group};
pub use rows::diagram;
pub use table::table;
