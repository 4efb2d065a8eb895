/** Names of the documents of runs, for who reads one without its validator. */

/** One run. */
export const RESULT_SCHEMA = 'tune.result/1'
/** Several runs of one plan. */
export const REPEATED_SCHEMA = 'tune.runs/1'
