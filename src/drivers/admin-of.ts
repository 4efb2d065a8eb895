import { connectAdmin } from './admin.ts'
import type { Admin, Connection } from './driver.ts'
import { connectMockAdmin } from './mock-admin.ts'

/** @param engine what answers there; librdkafka's mock takes questions of its own kind */
export function connectAdminOf(engine: 'kafka' | 'mock' | 'unknown', connection: Connection): Promise<Admin> {
  return engine === 'mock' ? connectMockAdmin(connection) : connectAdmin(connection)
}
