import { describe, expect, it } from 'vitest'
import { firstPossible } from '../../src/broker/index.ts'
import { TuneError } from '../../src/errors.ts'

const lacking = async () => {
  throw new TuneError('MISSING', 'no Java here')
}

describe('the engine, when none is asked for', () => {
  it('is Kafka where that can be had', async () => {
    expect(
      await firstPossible(
        async () => 'kafka',
        async () => 'mock',
      ),
    ).toBe('kafka')
  })

  it('is the mock where Kafka cannot be had, with a note', async () => {
    const notes: string[] = []
    expect(
      await firstPossible(
        lacking,
        async () => 'mock',
        (line) => notes.push(line),
      ),
    ).toBe('mock')
    expect(notes.join()).toMatch(/mock.*no Java here/)
  })

  it('is an error with both remedies where neither can be had', async () => {
    await expect(firstPossible(lacking, undefined)).rejects.toMatchObject({
      code: 'MISSING',
      exitCode: 2,
      hint: expect.stringMatching(/JDK.*KAFKA_HOME.*native client/),
    })
  })

  it('is no mock where Kafka only failed to start', async () => {
    const dying = async () => {
      throw new TuneError('BROKER', 'died')
    }
    await expect(firstPossible(dying, async () => 'mock')).rejects.toMatchObject({ code: 'BROKER' })
  })
})
