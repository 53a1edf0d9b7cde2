//! Dubbo 2 with Hessian2 bodies.

mod attachments;
mod body;
mod codec;
mod header;
mod hessian;
mod invocation;
mod text;

pub use codec::Dubbo;
pub use header::{DubboHeader, DubboHeaderView, HESSIAN2, Status};
