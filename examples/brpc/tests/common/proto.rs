//! brpc's messages as prost reads them: an independent reader of what the codec reads and writes.

use std::collections::HashMap;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RpcMeta {
    #[prost(message, optional, tag = "1")]
    pub(crate) request: Option<RpcRequestMeta>,
    #[prost(message, optional, tag = "2")]
    pub(crate) response: Option<RpcResponseMeta>,
    #[prost(int32, optional, tag = "3")]
    pub(crate) compress_type: Option<i32>,
    #[prost(int64, optional, tag = "4")]
    pub(crate) correlation_id: Option<i64>,
    #[prost(int32, optional, tag = "5")]
    pub(crate) attachment_size: Option<i32>,
    #[prost(bytes = "vec", optional, tag = "7")]
    pub(crate) authentication_data: Option<Vec<u8>>,
    #[prost(map = "string, string", tag = "9")]
    pub(crate) user_fields: HashMap<String, String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RpcRequestMeta {
    #[prost(string, required, tag = "1")]
    pub(crate) service_name: String,
    #[prost(string, required, tag = "2")]
    pub(crate) method_name: String,
    #[prost(int64, optional, tag = "3")]
    pub(crate) log_id: Option<i64>,
    #[prost(string, optional, tag = "7")]
    pub(crate) request_id: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RpcResponseMeta {
    #[prost(int32, optional, tag = "1")]
    pub(crate) error_code: Option<i32>,
    #[prost(string, optional, tag = "2")]
    pub(crate) error_text: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct StreamFrameMeta {
    #[prost(int64, required, tag = "1")]
    pub(crate) stream_id: i64,
    #[prost(int64, optional, tag = "2")]
    pub(crate) source_stream_id: Option<i64>,
    #[prost(int32, optional, tag = "3")]
    pub(crate) frame_type: Option<i32>,
}
