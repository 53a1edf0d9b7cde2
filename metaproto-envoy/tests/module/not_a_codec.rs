#![forbid(unsafe_code)]

#[derive(Default)]
struct NotACodec;

metaproto_envoy::module! {
    "awesomerpc" => NotACodec,
}

fn main() {}
