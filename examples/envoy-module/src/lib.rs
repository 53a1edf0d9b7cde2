//! All codecs of this workspace in Envoy: `libmetaproto.so`.
//!
//! Thrift takes the transport of a connection from its first message.

metaproto_envoy::module! {
    "awesomerpc" => awesomerpc::AwesomeRpc,
    "brpc" => brpc::BrpcRpc,
    "dubbo" => dubbo::Dubbo,
    "thrift" => thrift::Thrift,
    "trpc" => trpc::TrpcRpc,
}
