"""Transports and protocols of Apache Thrift's Python library, by name."""

from thrift.protocol.TBinaryProtocol import TBinaryProtocol, TBinaryProtocolFactory
from thrift.protocol.TCompactProtocol import TCompactProtocol, TCompactProtocolFactory
from thrift.protocol.THeaderProtocol import THeaderProtocol, THeaderProtocolFactory
from thrift.transport import THeaderTransport, TTransport

HEADER_IDS = {
    "binary": THeaderTransport.THeaderSubprotocolID.BINARY,
    "compact": THeaderTransport.THeaderSubprotocolID.COMPACT,
}
CLIENT_TYPES = (
    THeaderTransport.THeaderClientType.HEADERS,
    THeaderTransport.THeaderClientType.FRAMED_BINARY,
    THeaderTransport.THeaderClientType.UNFRAMED_BINARY,
    THeaderTransport.THeaderClientType.FRAMED_COMPACT,
    THeaderTransport.THeaderClientType.UNFRAMED_COMPACT,
)


def protocol(socket, transport, name):
    """A client's protocol over `socket`."""
    if transport == "header":
        return THeaderProtocol(socket, CLIENT_TYPES, default_protocol=HEADER_IDS[name])
    wrapped = {"framed": TTransport.TFramedTransport, "unframed": TTransport.TBufferedTransport}
    make = {"binary": TBinaryProtocol, "compact": TCompactProtocol}
    return make[name](wrapped[transport](socket))


def server_factories(transport, name):
    """The transport and protocol factories of a server."""
    if transport == "header":
        return TTransport.TTransportFactoryBase(), THeaderProtocolFactory(
            allowed_client_types=CLIENT_TYPES, default_protocol=HEADER_IDS[name]
        )
    transports = {
        "framed": TTransport.TFramedTransportFactory,
        "unframed": TTransport.TBufferedTransportFactory,
    }
    protocols = {"binary": TBinaryProtocolFactory, "compact": TCompactProtocolFactory}
    return transports[transport](), protocols[name]()
