/** A worker could not start, or workers keep exiting. The message explains the reason to the operator. */
export class WorkerError extends Error {}
