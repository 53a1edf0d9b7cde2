//! tRPC's messages as prost reads them: an independent reader of what the codec reads and writes.

use std::collections::HashMap;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RequestProtocol {
    #[prost(uint32, tag = "1")]
    pub(crate) version: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) call_type: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) request_id: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) timeout: u32,
    #[prost(bytes = "vec", tag = "5")]
    pub(crate) caller: Vec<u8>,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) callee: Vec<u8>,
    #[prost(bytes = "vec", tag = "7")]
    pub(crate) func: Vec<u8>,
    #[prost(map = "string, bytes", tag = "9")]
    pub(crate) trans_info: HashMap<String, Vec<u8>>,
    #[prost(uint32, tag = "12")]
    pub(crate) attachment_size: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ResponseProtocol {
    #[prost(uint32, tag = "3")]
    pub(crate) request_id: u32,
    #[prost(int32, tag = "4")]
    pub(crate) ret: i32,
    #[prost(int32, tag = "5")]
    pub(crate) func_ret: i32,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) error_msg: Vec<u8>,
    #[prost(map = "string, bytes", tag = "8")]
    pub(crate) trans_info: HashMap<String, Vec<u8>>,
    #[prost(uint32, tag = "12")]
    pub(crate) attachment_size: u32,
}

/// `TrpcStreamInitMeta`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct InitMeta {
    #[prost(message, optional, tag = "1")]
    pub(crate) request_meta: Option<InitRequestMeta>,
    #[prost(message, optional, tag = "2")]
    pub(crate) response_meta: Option<InitResponseMeta>,
    #[prost(uint32, tag = "3")]
    pub(crate) init_window_size: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct InitRequestMeta {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) caller: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) callee: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) func: Vec<u8>,
    #[prost(map = "string, bytes", tag = "5")]
    pub(crate) trans_info: HashMap<String, Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct InitResponseMeta {
    #[prost(int32, tag = "1")]
    pub(crate) ret: i32,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) error_msg: Vec<u8>,
}
