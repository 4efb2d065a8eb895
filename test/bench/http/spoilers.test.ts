import { describe, expect, it } from 'vitest'
import { unlikeCastorm } from '../../../src/bench/http/spoilers.ts'

describe('answers of 429', () => {
  const castorm = { dialect: 'castorm', file: 'orders.properties' }

  it('are said to have failed a task where the connector is castorm’s', () => {
    expect(unlikeCastorm([{ dialect: 'guide', file: 'a' }, castorm], 12)).toEqual([
      {
        id: 'castorm-429',
        text: '12 answers were 429, after which tune asks again; castorm’s connector would have failed its task (orders.properties)',
      },
    ])
  })

  it('are no matter where there were none, or another connector waits as tune does', () => {
    expect(unlikeCastorm([castorm], 0)).toEqual([])
    expect(unlikeCastorm([{ dialect: 'confluent-v1', file: 'a' }], 12)).toEqual([])
  })
})
