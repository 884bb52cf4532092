import type { LogFields, Telemetry } from '../../../lambda/handlers/telemetry';

/** What was said and counted, kept for the test to look at. */
export class RecordedTelemetry implements Telemetry {
  readonly warnings: { readonly message: string; readonly fields: LogFields }[] = [];
  readonly errors: string[] = [];
  /** What was thrown, where an error was said with it. */
  readonly causes: unknown[] = [];
  readonly #metrics = new Map<string, number>();

  readonly info = (): void => undefined;
  readonly warn = (message: string, fields: LogFields = {}): void => {
    this.warnings.push({ message, fields });
  };
  readonly error = (message: string, { error }: LogFields = {}): void => {
    this.errors.push(message);
    if (error !== undefined) this.causes.push(error);
  };
  readonly metric = (name: string, value: number): void => {
    this.#metrics.set(name, (this.#metrics.get(name) ?? 0) + value);
  };
  readonly flush = (): void => undefined;

  /** Sums of the metrics since the last time. */
  takeMetrics(): Record<string, number> {
    const metrics = Object.fromEntries(this.#metrics);
    this.#metrics.clear();
    return metrics;
  }
}
