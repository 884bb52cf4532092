import { MANY_PORTS } from '../flows';
import { TOUCH, type Discovery, type Touch } from '../source-state';

/** Thresholds of {@link isScanning}. */
export interface MannerValues {
  /** Own addresses touched from one port of the source's. */
  readonly perPort: number;
  /** Windows in which an own address was touched for the first time. */
  readonly findings: number;
  /** … of which fewer will do when they are this far apart, seconds. */
  readonly apartSeconds: number;
}

/**
 * Whether the touches are of a scanner's making. A peer or monitor that asks all our addresses whether they are up
 * does so as a program that is started anew, with a new port, for each; asks the same addresses in each round; and
 * speaks SIP. A scanner sends to all of them from one socket, or comes upon them little by little, or sends what is no
 * SIP. (A new port for each TCP connection is how TCP works, and tells nothing.) Measured in docs/detection.md.
 */
export function isScanning(touches: readonly Touch[], discovery: Discovery, values: MannerValues): boolean {
  const perPort = new Map<number, number>();
  for (const [, , , port] of touches) perPort.set(port, (perPort.get(port) ?? 0) + 1);
  const special = touches.filter(([, , , , bits]) => (bits & (TOUCH.tcp | TOUCH.notSip)) > 0);
  return (
    perPort.has(MANY_PORTS) ||
    Math.max(...perPort.values()) >= values.perPort ||
    special.length >= values.perPort ||
    discovery.windows >= values.findings ||
    (discovery.windows >= values.findings - 1 && discovery.last - discovery.first >= values.apartSeconds)
  );
}

/** The thresholds of {@link isScanning} as each rule has them. */
export const mannerThresholds = {
  perPort: {
    default: 2,
    least: 1,
    most: 8,
    unit: 'addresses',
    about: 'touched from one port of the source: svmap, masscan and nmap send all from one socket',
  },
  findings: {
    default: 4,
    least: 2,
    most: 100,
    unit: 'windows',
    about:
      'in which it touched an own address for the first time, where each has a port of its own. Measured: the first round of a failover peer spreads over at most 3',
  },
  apartSeconds: {
    default: 900,
    least: 60,
    most: 86_400,
    unit: 'seconds',
    about: 'so far apart, one window less will do: a round of a monitor does not take that long',
  },
} as const;
