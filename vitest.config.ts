import { defineConfig } from 'vitest/config'

const isFull = process.env.TUNE_TEST_FULL === '1'

/** Files that compare times with what is known of them, or need a cluster's speed: anything beside would count, too. */
const ALONE = ['known-answers', 'faults', 'http', 'wire'].map((name) => `test/e2e/${name}.test.ts`)

/** Real brokers, sockets and processes. */
const real = {
  globalSetup: ['test/e2e/global-setup.ts'],
  testTimeout: isFull ? 1_200_000 : 180_000,
  hookTimeout: 180_000,
  // Real machines have hiccups. A second try is seen in the output as (retry x1), and a defect fails twice.
  retry: process.env.CI === 'true' ? 1 : 0,
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Most of them wait more than they work: two at a time take little more than half as long.
        test: {
          ...real,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...real, name: 'e2e-alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
})
