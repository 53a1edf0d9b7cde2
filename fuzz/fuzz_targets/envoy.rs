//! Both halves of the Envoy module, joined: no client, no server and no Envoy makes them panic, stop or keep anything.
#![no_main]

use metaproto_codec::Codec;
use metaproto_envoy::MakeCodec;

const CODECS: [MakeCodec; 5] = [
    || make::<awesomerpc::AwesomeRpc>(),
    || make::<brpc::BrpcRpc>(),
    || make::<dubbo::Dubbo>(),
    || make::<thrift::Thrift>(),
    || make::<trpc::TrpcRpc>(),
];

fn make<C: Codec + Default + 'static>() -> Box<dyn Codec> {
    Box::new(C::default())
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Some((choice, input)) = input.split_first() {
        let make = CODECS[usize::from(*choice) % CODECS.len()];
        metaproto_envoy::fuzzing::halves(make, input);
    }
});
