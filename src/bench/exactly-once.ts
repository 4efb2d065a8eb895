/** Java and this tool ask for idempotence in words; librdkafka and kafkajs leave it off unless told. */
export function isExactlyOnce(acks: string, properties: Readonly<Record<string, string>>): boolean {
  const idempotent =
    properties['enable.idempotence'] === 'true' || properties['transactional.id'] !== undefined
  return (acks === 'all' || acks === '-1') && idempotent
}
