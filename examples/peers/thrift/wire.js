// Transports and protocols of Apache Thrift's Node.js library, by name.
'use strict';

const thrift = require('thrift');

const transports = { framed: thrift.TFramedTransport, unframed: thrift.TBufferedTransport };
const protocols = { binary: thrift.TBinaryProtocol, compact: thrift.TCompactProtocol };

exports.options = (transport, protocol) => ({
  transport: transports[transport],
  protocol: protocols[protocol],
});
