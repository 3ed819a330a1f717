import { Injectable } from '@nestjs/common';

/** How far this process has got with shutting down. */
@Injectable()
export class ShutdownState {
  /** `/health/ready` returns 503, so that load balancers stop sending requests; requests are still served. */
  isDraining = false;
  /** The port is closing: requests on connections that are still open are rejected with 503. */
  isClosing = false;
}
