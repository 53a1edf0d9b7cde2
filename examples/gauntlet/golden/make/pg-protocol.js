// npm pg-protocol: `parse <hex>` lists the backend messages of a stream, `serialize` the frontend messages it writes.
const { Parser } = require('pg-protocol/dist/parser')
const { serialize } = require('pg-protocol')

const [verb, hex] = process.argv.slice(2)
if (verb === 'parse') {
  const messages = []
  const parser = new Parser()
  parser.parse(Buffer.from(hex, 'hex'), message => messages.push({ ...message, name: message.name, length: message.length, message: message.message }))
  console.log(JSON.stringify(messages))
} else {
  const written = {
    parse: serialize.parse({ name: 'by_id', text: 'select name from t where id = $1', types: [23] }),
    bind: serialize.bind({ portal: '', statement: 'by_id', values: ['42'] }),
    execute: serialize.execute({ portal: '', rows: 10 }),
    describe: serialize.describe({ type: 'S', name: 'by_id' }),
    sync: serialize.sync(),
    flush: serialize.flush(),
    cancel_request: serialize.cancel(4711, -123456789)
  }
  console.log(JSON.stringify(Object.fromEntries(Object.entries(written).map(([name, data]) => [name, data.toString('hex')]))))
}
