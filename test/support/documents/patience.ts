import { documentLimits } from '../../../lambda/documents/limits.ts';

// What a document says does not depend on how busy the machine is. A test that imports this file lets the reading of
// documents take as long as the test itself may.
Object.assign(documentLimits, { milliseconds: 120_000 });
