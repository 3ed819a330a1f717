/** A worker could not start; the message says why, for the operator. */
export class WorkerError extends Error {}
