import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What may be said beside a message: plain values that JSON can hold. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where the functions report to: structured logs and metrics. */
export interface Telemetry {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Adds to a metric of this invocation: a count, or seconds where the name says so. */
  metric(name: string, value: number): void;
  /** Ends the invocation: metrics are written in CloudWatch's embedded metric format. */
  flush(): void;
}

/** The CloudWatch namespace of all metrics. */
export const METRIC_NAMESPACE = 'Ringfence';

/** Logs as JSON lines and metrics in the embedded metric format, both on standard output, as Lambda collects them. */
export function lambdaTelemetry(service: string, environment: string): Telemetry {
  const logger = new Logger({ serviceName: service, persistentKeys: { environment } });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, singleMetric: false });
  // Powertools adds a dimension `service`, with which no alarm on the environment alone would ever see a value.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ environment });
  return {
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    metric: (name, value) =>
      metrics.addMetric(name, name.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count, value),
    // With nothing to publish it would print a warning that is no JSON.
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
