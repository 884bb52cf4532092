import type { ConfigurationProblem } from './problem';
import type { ParsedEnvironment } from './schema';

/** The sections of an environment that are valid by themselves. A check that needs a missing one is skipped. */
export type ValidSections = Partial<ParsedEnvironment>;

/** A problem before the environment's name is put to it. */
export type SectionProblem = Omit<ConfigurationProblem, 'environment'>;
