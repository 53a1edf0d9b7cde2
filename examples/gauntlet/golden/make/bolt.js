// Bolt v1 commands that npm sofa-bolt-node writes around a given class name, header map and content: [{..., hex}].
const path = require('path')
const lib = path.join(process.env.NODE_PATH, 'sofa-bolt-node/lib')
const protocol = require(path.join(lib, 'protocol'))
const maps = require(path.join(lib, 'simple_map_serializer.js'))

const REQUEST_CLASS = 'com.alipay.sofa.rpc.core.request.SofaRequest'
const RESPONSE_CLASS = 'com.alipay.sofa.rpc.core.response.SofaResponse'
const options = codecType => ({ protocolType: 'bolt', codecType, boltVersion: 1, crcEnable: false })

const command = ({ className, header, content, ...rest }) => ({
  className,
  ...rest,
  serializeClazz: bytes => bytes.put(Buffer.from(className)),
  serializeHeader: bytes => Object.keys(header).length && bytes.put(maps.encode(header)),
  serializeContent: bytes => bytes.put(Buffer.from(content, 'hex'))
})

const written = JSON.parse(process.argv[2]).map(({ id, codec, kind, ...given }) => {
  const encode = { request: protocol.requestEncode, response: protocol.responseEncode }[kind]
  if (encode) return encode(id, command(given), options(codec)).toString('hex')
  if (kind === 'heartbeat') return protocol.heartbeatEncode(id, { timeout: given.timeout }, options(codec)).toString('hex')
  return protocol.heartbeatAckEncode(id, options(codec)).toString('hex')
})
console.log(JSON.stringify(written))
