//! The development proxy, for parcels: the program of `docs/proxy.md`.

use std::process::ExitCode;
use std::sync::Arc;

use metaproto_testkit::proxy;
use my_codec::Parcels;

fn main() -> ExitCode {
    proxy::main(Arc::new(|| Box::new(Parcels::new())))
}
