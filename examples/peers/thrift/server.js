// A server of `Vault`: prints `listening PORT PEER`, and ends with its stdin.
//
//     server.js NAME TRANSPORT PROTOCOL
'use strict';

const thrift = require('thrift');
const { version } = require('thrift/package.json');
const { Refused } = require('vault/vault_types');
const Vault = require('vault/Vault');
const { options } = require('./wire');

const [name, transport, protocol] = process.argv.slice(2);
const notes = [];
const who = async () => name;
const handler = {
  who,
  whose: who,
  lost: who,
  down: who,
  echo: async text => text,
  divide: async (a, b) => {
    if (b === 0) throw new Refused({ why: 'no division by zero' });
    return Math.trunc(a / b);
  },
  note: async text => {
    notes.push(text);
  },
  notes: async () => notes,
  header: async () => '',
};

const server = thrift.createServer(Vault, handler, options(transport, protocol));
server.listen(0, '127.0.0.1', () => console.log('listening', server.address().port, `thrift ${version} (Node.js)`));
process.stdin.on('end', () => process.exit(0)).resume();
