// Parses AMQP frames given in hex with npm amqplib: frame type, channel, size, class and method, as amqplib sees them.
// The package exports neither, so they are loaded by path.
const path = require('path')
const frame = require(path.join(process.env.NODE_PATH, 'amqplib/lib/frame.js'))
const defs = require(path.join(process.env.NODE_PATH, 'amqplib/lib/defs.js'))

const read = hex => {
  const parsed = frame.parseFrame(Buffer.from(hex, 'hex'))
  const decoded = frame.decodeFrame(parsed)
  const info = decoded.id === undefined ? null : defs.info(decoded.id)
  return {
    type: parsed.type,
    channel: parsed.channel,
    size: parsed.size,
    rest: parsed.rest.length,
    class_id: info && (info.classId ?? info.id),
    method_id: info && info.methodId,
    name: info && info.name,
    body_size: decoded.size
  }
}

console.log(JSON.stringify(process.argv.slice(2).map(read)))
