// Frames that npm ws writes: {name: hex}.
const { Sender } = require('ws')

const frame = (text, options) =>
  Buffer.concat(Sender.frame(Buffer.from(text), { readOnly: false, rsv1: false, mask: false, fin: true, ...options })).toString('hex')

console.log(JSON.stringify({
  text_masked_ws: frame('hello from ws', { opcode: 1, mask: true }),
  binary_compressed_bit_unmasked: frame('\u0001\u0002', { opcode: 2, rsv1: true }),
  fragment_first_unmasked: frame('one half, ', { opcode: 1, fin: false }),
  fragment_last_unmasked: frame('the other', { opcode: 0 })
}))
