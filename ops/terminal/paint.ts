import { styleText } from 'node:util';

/** The colours of this project's output. */
export type Colour = 'green' | 'yellow' | 'red' | 'gray';

/** Puts a text into a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** Paints for a terminal when asked to; for a file or a pipe it leaves every text as it is. */
export function createPaint(isColoured: boolean): Paint {
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
}

/** Whether a stream is a terminal that shows colours; the variable NO_COLOR turns them off (no-color.org). */
export function isColoured(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors'>): boolean {
  return stream.isTTY === true && stream.hasColors();
}
