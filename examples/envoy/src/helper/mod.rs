//! What stands beside Envoy: a service of rate limits, a collector of spans, and certificates.

mod certificate;
mod collector;
mod http2;
mod limiter;

pub(crate) use certificate::Certificate;
pub(crate) use collector::Collector;
pub(crate) use limiter::Limiter;
