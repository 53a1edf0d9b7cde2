// Calls `demo.Vault` in every way, and prints what came back as one JSON object.
//
//     client.js PORT
'use strict';

const { RpcClient } = require('sofa-rpc-node').client;
const protocol = require('dubbo-remoting');
const { version } = require('dubbo-remoting/package.json');

const silent = { info() {}, warn() {}, error() {}, debug() {} };
const TEXT = 'plain, h\u00e9llo, \u84dd\u8272, \u{1f600}';

async function main() {
  const [port] = process.argv.slice(2);
  const client = new RpcClient({ logger: silent, protocol });
  const consumer = client.createConsumer({
    interfaceName: 'demo.Vault',
    version: '1.0',
    serverHost: `127.0.0.1:${port}`,
    responseTimeout: 20000,
  });
  await consumer.ready();
  const call = (method, args = [], requestProps = {}) => consumer.invoke(method, args, { requestProps });
  const large = '0123456789'.repeat(10240);
  const seen = {
    peer: `dubbo-remoting ${version} (Node.js)`,
    routed: [await call('who'), await call('whose')],
    text: (await call('echo', [TEXT])) === TEXT,
    large: (await call('echo', [large])) === large,
    result: await call('add', [7, -2]),
    declared: await call('fail').catch(error => error.message),
    no_route: await call('lost').catch(error => error.message),
    no_endpoint: await call('down').catch(error => error.message),
    pipelined: await pipelined(call, 200),
    changed: await call('attachment', ['zone'], { zone: 'red' }),
    kept: await call('attachment', ['tenant'], { zone: 'red', tenant: '\u84dd' }),
  };
  console.log(JSON.stringify(seen));
  process.exit(0);
}

async function pipelined(call, calls) {
  const sent = Array.from({ length: calls }, (_, number) => call('echo', [String(number)]));
  const texts = await Promise.all(sent);
  return texts.filter((text, number) => text === String(number)).length;
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
