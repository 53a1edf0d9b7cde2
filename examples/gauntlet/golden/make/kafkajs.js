// Requests that npm kafkajs writes: {name: hex}.
const path = require('path')
const lib = path.join(process.env.NODE_PATH, 'kafkajs/src/protocol')
const request = require(path.join(lib, 'request.js'))
const of = name => require(path.join(lib, 'requests', name, 'request.js'))

const cases = {
  metadata_v1_kafkajs: { correlationId: 2147483647, clientId: 'kasse-östlich', request: of('metadata/v1')({ topics: ['orders'] }) },
  heartbeat_v0_null_client_id: { correlationId: 3, clientId: null, request: of('heartbeat/v0')({ groupId: 'g', groupGenerationId: 4, memberId: 'm-1' }) },
  list_groups_v0_empty_client_id: { correlationId: 0, clientId: '', request: of('listGroups/v0')() }
}

const main = async () => {
  const written = {}
  for (const [name, options] of Object.entries(cases)) written[name] = (await request(options)).buffer.toString('hex')
  console.log(JSON.stringify(written))
}
main()
