/** A worker could not start, or workers keep exiting; the message tells the operator why. */
export class WorkerError extends Error {}
