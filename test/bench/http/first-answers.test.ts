import { describe, expect, it } from 'vitest'
import { watchFirstAnswers } from '../../../src/bench/http/first-answers.ts'
import type { InstancePlan } from '../../../src/bench/http/plan.ts'
import { baseSetup } from '../../../src/http/config/base.ts'

const instance: InstancePlan = {
  setup: baseSetup('api', [{ name: 'orders', url: 'https://api.example.com/orders?token=hunter2' }]),
  load: { shape: 'constant', ratePerSec: 1 },
}

describe('the first answers', () => {
  it('end a run that cannot bring anything, with the URL and without its secrets', () => {
    const first = watchFirstAnswers()
    first.look('HTTP_404', instance)
    expect(first.signal.aborted).toBe(true)
    expect(() => first.check()).toThrow(/there is nothing at https:\/\/api\.example\.com\/orders/)
    expect(() => first.check()).not.toThrow(/hunter2/)
  })

  it('of a stub say where it has its records', () => {
    const first = watchFirstAnswers(true)
    first.look('NO_RECORDS', instance)
    expect(() => first.check()).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--records-path data') }),
    )
  })

  it('end none after a good one, or for what may pass', () => {
    const good = watchFirstAnswers()
    good.look(undefined, instance)
    good.look('HTTP_404', instance)
    const busy = watchFirstAnswers()
    busy.look('HTTP_503', instance)
    busy.look('HTTP_429', instance)
    expect([good.signal.aborted, busy.signal.aborted]).toEqual([false, false])
    expect(() => busy.check()).not.toThrow()
    busy.look('REFUSED', instance)
    expect(busy.signal.aborted).toBe(true)
  })
})
