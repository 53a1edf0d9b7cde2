// A MySQL server made of npm mysql2: greets one client on 127.0.0.1, answers its queries, and ends when the client does.
const mysql = require('mysql2')

const server = mysql.createServer()
server.listen(0, '127.0.0.1', () => console.log(server._server.address().port))
server.on('connection', connection => {
  server.close()
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8.0.36-golden',
    connectionId: 77,
    statusFlags: 2,
    characterSet: 45,
    capabilityFlags: 0xffffff ^ 0x800 ^ 0x20
  })
  // mysql2's server counts on from the last answer, but a command starts a sequence anew.
  const answer = write => (...args) => {
    connection.sequenceId = 1
    write(...args)
  }
  connection.on('query', answer(sql => {
    if (sql.startsWith('SELECT')) {
      const columns = [{ catalog: 'def', schema: 'shop', table: 't', orgTable: 't', name: 'id', orgName: 'id', characterSet: 63, columnLength: 11, columnType: 3, flags: 0, decimals: 0 }]
      connection.writeTextResult([{ id: 42 }], columns)
      return
    }
    if (sql.startsWith('DROP')) {
      connection.writeError({ code: 1142, message: 'DROP command denied' })
      return
    }
    connection.writeOk({ affectedRows: 3 })
  }))
  connection.on('stmt_prepare', answer(() => connection.writeOk())) // so mysql2 calls SET
  connection.on('ping', answer(() => connection.writeOk()))
  connection.on('quit', () => connection.close())
  connection.on('error', () => {})
})
setTimeout(() => process.exit(1), 15000).unref()
