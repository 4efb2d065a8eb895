/** What kafkajs's events tell of a member's partitions. Its protocol is eager: each rebalance takes and gives all. */
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent } from 'kafkajs'
import type { ConsumerEvents } from '../consumer.ts'
import { codeOf } from './errors.ts'

export interface Membership {
  /** True between joining and leaving, by whatever way. */
  isJoined(): boolean
}

interface Handlers extends Pick<ConsumerEvents, 'onAssigned' | 'onRevoked' | 'onError'> {
  /** Before the first fetch of a new assignment. */
  onJoin(partitions: readonly number[]): void
  /** kafkajs does not come back from it. */
  onEnd(error: Error): void
}

/** The group has given such a member up. */
const THROWN_OUT: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'])

export function followGroup(consumer: Consumer, topic: string, handlers: Handlers): Membership {
  let own: readonly number[] | undefined
  let memberId: string | undefined

  const giveUp = (lost: boolean) => {
    if (own !== undefined && own.length > 0) handlers.onRevoked(own, lost)
    own = undefined
  }

  consumer.on(consumer.events.REBALANCING, () => giveUp(false))

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
    // A member that was thrown out (session.timeout.ms) comes back under a new id, without an event before
    const isNew = memberId !== undefined && memberId !== payload.memberId
    if (own !== undefined && isNew) handlers.onError('UNKNOWN_MEMBER_ID')
    giveUp(isNew)
    memberId = payload.memberId
    own = (payload.memberAssignment[topic] ?? []).toSorted((a, b) => a - b)
    handlers.onJoin(own)
    handlers.onAssigned(own)
  })

  consumer.on(consumer.events.CRASH, ({ payload }: ConsumerCrashEvent) => {
    memberId = undefined
    giveUp(THROWN_OUT.has(codeOf(payload.error)))
    if (payload.restart) handlers.onError(codeOf(payload.error))
    else handlers.onEnd(payload.error)
  })

  return { isJoined: () => own !== undefined }
}
