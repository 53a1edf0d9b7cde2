// Dubbo packets that npm dubbo-remoting writes: {name: hex}.
const path = require('path')
const lib = path.join(process.env.NODE_PATH, 'dubbo-remoting/lib/protocol')
const Request = require(path.join(lib, 'request.js'))
const Response = require(path.join(lib, 'response.js'))
const Invocation = require(path.join(lib, 'invocation.js'))

const request = (id, set) => Object.assign(new Request(id), set).encode({ codecType: 'hessian2' }).toString('hex')
const response = (id, set) => Object.assign(new Response(id), set).encode({ codecType: 'hessian2' }).toString('hex')
const call = () => new Invocation({
  methodName: 'find',
  args: [{ $class: 'java.lang.String', $: 'größe' }],
  attachments: { dubbo: '2.5.3', path: 'shop.Orders', version: '1.0.0', group: 'blue' }
})

console.log(JSON.stringify({
  request_largest_id: request(Number.MAX_SAFE_INTEGER, { data: call() }),
  request_oneway_node: request(7, { data: call(), isTwoWay: false }),
  request_heartbeat: request(8, { event: null }),
  response_value: response(9, { data: { $class: 'java.lang.String', $: 'hello' } }),
  response_heartbeat: response(8, { event: null }),
  response_service_not_found: response(10, { status: 60, errorMsg: 'no service' }),
  response_thread_pool_exhausted: response(11, { status: 100, errorMsg: 'too many' })
}))
