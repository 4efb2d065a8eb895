/**
 * The one door to `@platformatic/kafka`: its public low-level API. TLS, SASL and the plain requests (ApiVersions,
 * Metadata) are the library's; only the Produce request is put together and framed here.
 */
import type { metadataV12 } from '@platformatic/kafka'

export {
  apiVersionsV3,
  Connection as LibraryConnection,
  type ConnectionOptions,
  metadataV9,
  metadataV10,
  metadataV11,
  metadataV12,
  protocolErrors,
  protocolErrorsCodesById,
  Reader,
  ResponseError,
} from '@platformatic/kafka'

/** A Metadata answer; the versions used here read the same. */
export type MetadataResponse = ReturnType<typeof metadataV12.parseResponse>
