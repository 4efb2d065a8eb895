/** Where the fields of a record batch v2 lie. https://kafka.apache.org/documentation/#recordbatch */

/** Bytes of a batch before its records. */
export const BATCH_HEADER_BYTES = 61

export const LENGTH_AT = 8
/** What `length` does not count: base offset and the length itself. */
export const LENGTH_EXCLUDES = 12
export const MAGIC_AT = 16
export const CRC_AT = 17
/** The CRC covers everything from here on. */
export const ATTRIBUTES_AT = 21
export const LAST_OFFSET_DELTA_AT = 23
export const BASE_TIMESTAMP_AT = 27
export const MAX_TIMESTAMP_AT = 35
export const PRODUCER_ID_AT = 43
export const COUNT_AT = 57

/** Bits of the attributes. */
export const CODEC_BITS = 0b111
export const LOG_APPEND_TIME_BIT = 1 << 3
export const TRANSACTIONAL_BIT = 1 << 4
export const CONTROL_BIT = 1 << 5
