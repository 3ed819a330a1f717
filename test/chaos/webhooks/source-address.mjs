import { Socket } from 'node:net';

/*
 * Preloaded into a process of the service: all of its connections come from SOURCE_ADDRESS, one of the addresses of
 * loopback, so that receivers see which process has sent a request.
 */

const connect = Socket.prototype.connect;

Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options?.port) options.localAddress = process.env.SOURCE_ADDRESS;
  return connect.apply(this, args);
};
