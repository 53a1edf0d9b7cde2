// npm memjs: `parse <hex>...` reads binary memcached packets, `write` makes requests with an opaque.
const path = require('path')
const utils = require(path.join(process.env.NODE_PATH, 'memjs/lib/memjs/utils.js'))

const read = hex => {
  const { header, extras, key, val } = utils.parseMessage(Buffer.from(hex, 'hex'))
  const text = buffer => buffer.toString('hex')
  return { ...header, cas: text(header.cas), extras: text(extras), key: text(key), value: text(val) }
}

const [verb, ...rest] = process.argv.slice(2)
const written = () => ({
  get_with_opaque: utils.makeRequestBuffer(0x00, 'user:17', '', '', 0xdeadbeef).toString('hex'),
  set_with_opaque: utils.makeRequestBuffer(0x01, 'user:17', Buffer.concat([Buffer.from('cafebabe', 'hex'), utils.makeExpiration(3600)]), 'ada', 7).toString('hex')
})
console.log(JSON.stringify(verb === 'parse' ? rest.map(read) : written()))
