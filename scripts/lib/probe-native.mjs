// Loads the native client in a process of its own: an addon that does not fit may end the process.
// argv: the client's folder, the addon's file. Says one JSON line.
import { loadFrom } from '../native.mjs'

const [, , clientDir, addon] = process.argv
const client = loadFrom(clientDir, addon)
process.stdout.write(
  `${JSON.stringify({ librdkafka: client.librdkafkaVersion, features: client.features })}\n`,
)
process.exit(0)
