/** A worker could not start, or workers keep exiting. The message explains the reason to the operator. */
export class WorkerError extends Error {}

/** A worker exited while it was starting, and did not report a reason. */
export class WorkerExited extends WorkerError {}
