// Calls `Vault` in every way, and prints what came back as one JSON object.
//
//     client.js PORT TRANSPORT PROTOCOL
'use strict';

const thrift = require('thrift');
const { version } = require('thrift/package.json');
const Vault = require('vault/Vault');
const { options } = require('./wire');

const TEXT = 'plain, h\u00e9llo, \u84dd\u8272, \u{1f600}';

async function main() {
  const [port, transport, protocol] = process.argv.slice(2);
  const connection = thrift.createConnection('127.0.0.1', Number(port), options(transport, protocol));
  connection.on('error', error => {
    console.error(error);
    process.exit(1);
  });
  const client = thrift.createClient(Vault, connection);
  const large = '0123456789'.repeat(10240);
  const seen = {
    peer: `thrift ${version} (Node.js)`,
    routed: [await client.who(), await client.whose()],
    text: (await client.echo(TEXT)) === TEXT,
    large: (await client.echo(large)) === large,
    result: await client.divide(7, 2),
    declared: await client.divide(1, 0).catch(refused => refused.why),
    no_route: await client.lost().catch(error => error.type),
    no_endpoint: await client.down().catch(error => error.type),
    one_way: await oneWay(client),
    pipelined: await pipelined(client, 200),
  };
  console.log(JSON.stringify(seen));
  connection.end();
}

async function oneWay(client) {
  for (const text of ['a', 'b', 'c']) client.note(text);
  // Nobody says when they have arrived.
  for (let tries = 0; tries < 100; tries += 1) {
    const notes = await client.notes();
    if (notes.sort().join() === 'a,b,c') return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

async function pipelined(client, calls) {
  const sent = Array.from({ length: calls }, (_, call) => client.echo(String(call)));
  const texts = await Promise.all(sent);
  return texts.filter((text, call) => text === String(call)).length;
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
