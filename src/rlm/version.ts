import { version } from '../../package.json';

/** Fathom's own version, as in its manifest. */
export const fathomVersion: string = version;
