/** Names of the documents of runs, for who reads one without its validator. */

/** One run. */
export const RESULT_SCHEMA = 'tune.result/1'
/** Several runs of one plan. */
export const REPEATED_SCHEMA = 'tune.runs/1'
/** Two systems, or one at two times. */
export const DIFF_SCHEMA = 'tune.diff/1'
/** One sitting of a baseline. */
export const SITTING_SCHEMA = 'tune.sitting/1'
/** The noise of a machine. */
export const CALIBRATION_SCHEMA = 'tune.calibration/1'
