import { Injectable } from '@nestjs/common';

/** The shutdown progress of this process. */
@Injectable()
export class ShutdownState {
  /**
   * If true, `/health/ready` returns 503 so that load balancers stop sending requests. Other requests are
   * still served.
   */
  isDraining = false;
  /** If true, the port is closing, and requests on connections that are still open are rejected with 503. */
  isClosing = false;
}
