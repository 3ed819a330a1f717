import { Injectable } from '@nestjs/common';

/** Where the process stands on its way out. */
@Injectable()
export class ShutdownState {
  /** Ready answers 503, so that balancers look elsewhere; requests are still served. */
  isDraining = false;
  /** The port is closing: what still comes in over open connections is refused. */
  isClosing = false;
}
