import { init } from 'echarts';
import { added, type SetResult, tally, type Tally } from './measure';

/** Recall against false bans, all sets added up: ours by score, the naive detector by threshold. SVG text. */
export function accuracyPlot(results: readonly SetResult[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 400 });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    legend: { top: 4, data: ['Ringfence, by probeScore', 'naive, by records in 10 minutes'] },
    grid: { left: 64, right: 24, top: 44, bottom: 52 },
    xAxis: { name: 'legitimate sources banned', nameLocation: 'middle', nameGap: 30, min: 0 },
    yAxis: {
      name: 'probe sources banned, %',
      nameLocation: 'middle',
      nameGap: 40,
      min: 0,
      max: 100,
    },
    series: [
      line(
        'Ringfence, by probeScore',
        'circle',
        '#0072b2',
        points(results, (result) => result.byProbeScore),
      ),
      line(
        'naive, by records in 10 minutes',
        'rect',
        '#d55e00',
        points(results, (result) => result.naive),
      ),
    ],
  });
  const svg = chart.renderToSVGString();
  // Its animation timer would keep the process alive.
  chart.dispose();
  return `${svg}\n`;
}

type Point = readonly [falseBans: number, recall: number, label: number];

function points(
  results: readonly SetResult[],
  of: (result: SetResult) => ReadonlyMap<number, Tally>,
): Point[] {
  const settings = [...new Set(results.flatMap((result) => [...of(result).keys()]))].sort((a, b) => a - b);
  return settings.map((setting) => {
    const { probes, caught, falseBans } = added(results.flatMap((result) => of(result).get(setting) ?? []));
    return [falseBans, (100 * caught) / probes, setting];
  });
}

function line(name: string, symbol: string, colour: string, data: readonly Point[]) {
  return {
    name,
    type: 'line' as const,
    symbol,
    symbolSize: 8,
    lineStyle: { color: colour },
    itemStyle: { color: colour },
    label: {
      show: true,
      position: 'top' as const,
      formatter: (point: { value: unknown }) => String((point.value as Point)[2]),
    },
    data: data.map((point) => [...point]),
  };
}

/** The tally of all sets, for a summary. */
export function total(results: readonly SetResult[]): Tally {
  return added(results.map(({ score }) => tally(score)));
}
