// A Dubbo server without a registry: prints `listening PORT PEER`, and ends with its stdin.
//
//     server.js NAME
'use strict';

const { RpcServer } = require('sofa-rpc-node').server;
const protocol = require('dubbo-remoting');

const peer = `dubbo-remoting ${require('dubbo-remoting/package.json').version} (Node.js)`;
const [name] = process.argv.slice(2);
const silent = { info() {}, warn() {}, error() {}, debug() {} };
const notes = [];

async function who() {
  return name;
}

const vault = {
  who,
  whose: who,
  async echo(text) {
    return text;
  },
  async list(...texts) {
    return texts;
  },
  async add(a, b) {
    return a + b;
  },
  async fail() {
    throw new Error('it was asked to');
  },
  async note(text) {
    notes.push(text);
    // To null, the library answers without saying that it is the result.
    return 'noted';
  },
  async notes() {
    return notes.sort().join();
  },
  async attachment(key) {
    return this.attachments[key] || '';
  },
};

class Server extends RpcServer {
  createContext(request) {
    return { attachments: request.data.requestProps };
  }
}

async function main() {
  // Left alone it would listen on every interface.
  const port = { port: 0, host: '127.0.0.1' };
  const server = new Server({ logger: silent, protocol, port });
  server.addService({ interfaceName: 'demo.Vault', version: '1.0' }, vault);
  await server.start();
  console.log('listening', server._servers[0].address().port, peer);
  process.stdin.on('end', () => process.exit(0)).resume();
}

main();
