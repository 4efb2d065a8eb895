import { defineConfig } from 'vitest/config'

const isFull = process.env.TUNE_TEST_FULL === '1'

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
        // Real brokers, sockets and processes: one file after the other, so that none disturbs another's figures.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
          fileParallelism: false,
          testTimeout: isFull ? 1_200_000 : 180_000,
          hookTimeout: 180_000,
          retry: 0,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
