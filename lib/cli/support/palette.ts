import pc from 'picocolors';
import { type CliIo, type CliOutput, wantsColour } from './cli-io';

/**
 * The colours of the terminal, by what they mean. Cyan and red differ in blue for those who do not tell red from green,
 * and what is wrong is bold besides; a word says the same wherever a colour does, so that none is needed.
 */
export interface Palette {
  readonly well: (text: string) => string;
  readonly careful: (text: string) => string;
  readonly wrong: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Colours for an output, or none. */
export function paletteOf(output: CliOutput, env: CliIo['env']): Palette {
  const colours = pc.createColors(wantsColour(output, env));
  return {
    well: colours.cyan,
    careful: colours.yellow,
    wrong: (text) => colours.bold(colours.red(text)),
    strong: colours.bold,
  };
}
