import { bblabel } from './bblabel.js';
import { fccBroadbandLabel } from './fcc-broadband-label.js';
import type { FileFormat } from './file-format.js';
import { powerToChoose } from './power-to-choose.js';
import { sonarBcd } from './sonarbcd.js';

/** All formats. To add one, create a file in this folder and list it here. */
export const fileFormats: readonly FileFormat[] = [fccBroadbandLabel, bblabel, powerToChoose, sonarBcd];

export const formatNames = fileFormats.map(({ name }) => name);
