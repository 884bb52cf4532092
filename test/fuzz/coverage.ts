import { type Profiler, Session } from 'node:inspector/promises';

/** Which blocks of the code under lambda/ have run, by V8's own count. */
export class Coverage {
  readonly #reached = new Set<string>();

  private constructor(private readonly session: Session) {}

  static async start(): Promise<Coverage> {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return new Coverage(session);
  }

  get blocks(): number {
    return this.#reached.size;
  }

  /** Whether blocks have run since the last look that had never run before. */
  async grew(): Promise<boolean> {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    const before = this.#reached.size;
    for (const script of result.filter(isOurs)) {
      for (const { ranges } of script.functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.#reached.add(`${script.scriptId} ${startOffset} ${endOffset}`);
        }
      }
    }
    return this.#reached.size > before;
  }

  async stop(): Promise<void> {
    await this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }
}

/** The bundle that the runner made, or the sources where a test runs them. */
function isOurs({ url }: Profiler.ScriptCoverage): boolean {
  return /ringfence\/test-fuzz|\/lambda\//.test(url);
}
