metaproto_envoy::module! { "awesomerpc" => || 7 }

fn main() {}
