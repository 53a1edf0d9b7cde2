//! The macro that makes a crate a module of Envoy's.

/// Makes the crate a dynamic module of Envoy's, which has these codecs; it is the whole crate.
///
/// ```no_run
/// # mod awesomerpc {
/// #     use metaproto_codec::{Header, HeaderCodec, MIB};
/// #     #[derive(Header, Clone, Debug, PartialEq, Eq)]
/// #     #[header(big_endian)]
/// #     pub struct AwesomeHeader {
/// #         #[header(request_id)]
/// #         pub pack_flow: u32,
/// #         #[header(frame_len, max = 4 * MIB)]
/// #         pub pack_len: u32,
/// #     }
/// #     pub type AwesomeRpc = HeaderCodec<AwesomeHeader>;
/// # }
/// use awesomerpc::AwesomeRpc;
///
/// metaproto_envoy::module! {
///     "awesomerpc" => AwesomeRpc,
///     "second" => || AwesomeRpc::default(),
/// }
/// # fn main() {}
/// ```
///
/// Left is the name that configurations use, unique, of lower-case letters, digits, `-` and `_`. Right is a type that
/// implements [`Codec`](metaproto_codec::Codec) and [`Default`], or `|| expression` for a codec of another making.
///
/// The crate is a `cdylib`, and Envoy loads it as `lib<name>.so`. It must unwind on panics, which is the default: a panic of
/// a codec then costs one connection, and otherwise Envoy. The macro may stand beside `#![forbid(unsafe_code)]`.
#[macro_export]
macro_rules! module {
    ($($codecs:tt)+) => {
        const _: () = {
            const CODECS: $crate::Registry =
                $crate::Registry::new($crate::__codecs!([] $($codecs)+));

            $crate::__hooks! { CODECS }
        };
    };
}

/// The entries of a registry, one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! __codecs {
    ([$($done:tt)*]) => {
        &[$($done)*]
    };
    ([$($done:tt)*] $name:literal => || $make:expr $(, $($rest:tt)*)?) => {
        $crate::__codecs!([
            $($done)*
            ($name, || $crate::boxed_codec($make)),
        ] $($($rest)*)?)
    };
    // What is written like a call is no type, and the compiler would speak of something else.
    ([$($done:tt)*] $name:literal => $($path:ident)::+ ($($told:tt)*) $($rest:tt)*) => {
        ::core::compile_error!("an expression that makes a codec has `||` before it: `\"rpc\" => || Rpc::new()`")
    };
    ([$($done:tt)*] $name:literal => $type:ident::<$($part:ty),+>::$make:ident ($($told:tt)*) $($rest:tt)*) => {
        ::core::compile_error!("an expression that makes a codec has `||` before it: `\"rpc\" => || Rpc::new()`")
    };
    ([$($done:tt)*] $name:literal => $codec:ty $(, $($rest:tt)*)?) => {
        $crate::__codecs!([
            $($done)*
            ($name, $crate::default_codec::<$codec>),
        ] $($($rest)*)?)
    };
    ([$($done:tt)*] $($other:tt)+) => {
        ::core::compile_error!(
            "module! has a name in quotes for each codec, by which configurations ask for it: `\"rpc\" => Rpc`, or \
             `\"rpc\" => || Rpc::new(7)` for one that has to be told something"
        )
    };
}

/// What Envoy looks for in a module.
#[doc(hidden)]
#[macro_export]
macro_rules! __hooks {
    ($codecs:ident) => {
        use ::std::ffi::c_char;

        use $crate::ffi::{Buffer, Envoy, IoResult, Module, Status, hooks};

        #[unsafe(no_mangle)]
        extern "C" fn envoy_dynamic_module_on_program_init() -> *const c_char {
            hooks::program_init()
        }

        $crate::__export! {
            envoy_dynamic_module_on_network_filter_config_new
                (envoy: Envoy, name: Buffer, config: Buffer) -> Module
                = hooks::network_filter_config_new($codecs, envoy, name, config);
            envoy_dynamic_module_on_network_filter_config_destroy(config: Module) -> ()
                = hooks::network_filter_config_destroy(config);
            envoy_dynamic_module_on_network_filter_new(config: Module, envoy: Envoy) -> Module
                = hooks::network_filter_new(config, envoy);
            envoy_dynamic_module_on_network_filter_new_connection(envoy: Envoy, filter: Module) -> Status
                = hooks::network_filter_new_connection(envoy, filter);
            envoy_dynamic_module_on_network_filter_read
                (envoy: Envoy, filter: Module, length: usize, end: bool) -> Status
                = hooks::network_filter_read(envoy, filter, length, end);
            envoy_dynamic_module_on_network_filter_write
                (envoy: Envoy, filter: Module, length: usize, end: bool) -> Status
                = hooks::network_filter_write(envoy, filter, length, end);
            envoy_dynamic_module_on_network_filter_event(envoy: Envoy, filter: Module, event: u32) -> ()
                = hooks::network_filter_event(envoy, filter, event);
            envoy_dynamic_module_on_network_filter_scheduled(envoy: Envoy, filter: Module, event: u64) -> ()
                = hooks::network_filter_scheduled(envoy, filter, event);
            envoy_dynamic_module_on_network_filter_above_write_buffer_high_watermark
                (envoy: Envoy, filter: Module) -> ()
                = hooks::network_filter_watermark(envoy, filter, true);
            envoy_dynamic_module_on_network_filter_below_write_buffer_low_watermark
                (envoy: Envoy, filter: Module) -> ()
                = hooks::network_filter_watermark(envoy, filter, false);
            envoy_dynamic_module_on_network_filter_destroy(filter: Module) -> ()
                = hooks::network_filter_destroy(filter);

            envoy_dynamic_module_on_transport_socket_factory_config_new
                (envoy: Envoy, name: Buffer, config: Buffer, is_upstream: bool) -> Module
                = hooks::transport_socket_factory_config_new($codecs, envoy, name, config, is_upstream);
            envoy_dynamic_module_on_transport_socket_factory_config_destroy(config: Module) -> ()
                = hooks::transport_socket_factory_config_destroy(config);
            envoy_dynamic_module_on_transport_socket_new(config: Module, envoy: Envoy) -> Module
                = hooks::transport_socket_new(config, envoy);
            envoy_dynamic_module_on_transport_socket_set_callbacks(_envoy: Envoy, _socket: Module) -> ()
                = ();
            envoy_dynamic_module_on_transport_socket_on_connected(envoy: Envoy, socket: Module) -> ()
                = hooks::transport_socket_on_connected(envoy, socket);
            envoy_dynamic_module_on_transport_socket_do_read(envoy: Envoy, socket: Module) -> IoResult
                = hooks::transport_socket_do_read(envoy, socket);
            envoy_dynamic_module_on_transport_socket_do_write
                (envoy: Envoy, socket: Module, end: bool) -> IoResult
                = hooks::transport_socket_do_write(envoy, socket, end);
            envoy_dynamic_module_on_transport_socket_close
                (envoy: Envoy, socket: Module, _event: u32, _reset: bool) -> ()
                = hooks::transport_socket_close(envoy, socket);
            envoy_dynamic_module_on_transport_socket_get_protocol
                (_envoy: Envoy, _socket: Module, protocol: *mut Buffer) -> ()
                = hooks::transport_socket_get_protocol(protocol);
            envoy_dynamic_module_on_transport_socket_get_failure_reason
                (_envoy: Envoy, socket: Module, reason: *mut Buffer) -> ()
                = hooks::transport_socket_get_failure_reason(socket, reason);
            envoy_dynamic_module_on_transport_socket_can_flush_close(_envoy: Envoy, _socket: Module) -> bool
                = true;
            envoy_dynamic_module_on_transport_socket_start_secure_transport
                (_envoy: Envoy, _socket: Module) -> bool
                = false;
            envoy_dynamic_module_on_transport_socket_destroy(socket: Module) -> ()
                = hooks::transport_socket_destroy(socket);
        }
    };
}

/// Functions that Envoy calls.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty = $body:expr;)+) => {
        $(
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name($($argument: $type),*) -> $answer {
                #[allow(unused_unsafe)]
                // SAFETY: Envoy calls it, as its interface says.
                unsafe { $body }
            }
        )+
    };
}
