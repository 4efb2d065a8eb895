/** Real components beside the broker, for tests: started by them, on the loopback, gone with them. */
export { type ConnectOptions, type ConnectorStatus, type ConnectWorker, startConnect } from './connect.ts'
export { type Flink, type Resources, startFlink } from './flink.ts'
export type { Plugin } from './plugins.ts'
export { type Postgres, startPostgres } from './postgres.ts'
