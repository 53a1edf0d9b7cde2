// What npm mongodb writes for a command: [{request_id, hex}].
const path = require('path')
const { OpMsgRequest } = require(path.join(process.env.NODE_PATH, 'mongodb/lib/cmap/commands.js'))

const write = (command, options) => {
  const request = new OpMsgRequest('shop', command, options)
  return { request_id: request.requestId, hex: Buffer.concat(request.toBin()).toString('hex') }
}

console.log(JSON.stringify([
  write({ count: 'orders', query: { state: 'open' } }, { requestId: 2147483647 }),
  write({ getMore: 42n, collection: 'orders' }, { requestId: 9, exhaustAllowed: true })
]))
