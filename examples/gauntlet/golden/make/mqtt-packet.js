// Parses one MQTT packet given in hex with npm mqtt-packet, or writes what mqtt-packet itself generates from a JSON object.
const mqtt = require('mqtt-packet')

const [verb, text] = process.argv.slice(2)
if (verb === 'generate') {
  console.log(JSON.stringify(mqtt.generate(JSON.parse(text)).toString('hex')))
} else {
  const parser = mqtt.parser()
  parser.on('packet', packet => console.log(JSON.stringify(packet)))
  parser.on('error', error => { throw error })
  parser.parse(Buffer.from(text, 'hex'))
}
