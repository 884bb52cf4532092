import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { AXIS, chart } from './chart';
import type { Html } from '../../../lambda/widget/html';
import type { BannedSource, ReportModel } from './model';
import { counted } from './words';

const MOST_SOURCES = 20;
const ROW_HEIGHT = 22;

/** When the heaviest sources were shut out: a bar for each ban. */
export function bansOfHeaviest(model: ReportModel): Html {
  const sources = model.banned.slice(0, MOST_SOURCES);
  const bans = sources.reduce((sum, source) => sum + source.bans.length, 0);
  return chart({
    id: 'bans-chart',
    title: `When the ${sources.length === 1 ? 'source was' : `${sources.length} heaviest sources were`} shut out`,
    description: `A row for each source and a bar for each of its bans, ${counted(bans, 'ban')} in all, as far as they lie before the end. The table of sources has the times.`,
    width: 'full',
    height: 44 + ROW_HEIGHT * sources.length,
    option: (narrow) => barsOption(model, sources, narrow),
  });
}

function barsOption(model: ReportModel, sources: readonly BannedSource[], narrow: boolean): EChartsOption {
  return {
    grid: { left: 4, right: 20, top: 4, bottom: 4, containLabel: true },
    xAxis: {
      ...AXIS,
      type: 'time',
      min: model.from * 1000,
      max: Math.max(model.to, model.from + 1) * 1000,
      splitNumber: narrow ? 3 : 8,
      axisLabel: {
        ...AXIS.axisLabel,
        hideOverlap: true,
        formatter: { day: '{MM}-{dd}', month: '{MM}-{dd}', hour: '{HH}:{mm}' },
      },
    },
    yAxis: {
      ...AXIS,
      type: 'category',
      inverse: true,
      data: sources.map(({ source }) => source),
      axisLabel: { ...AXIS.axisLabel, interval: 0, ...(narrow && { width: 118, overflow: 'truncate' }) },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        renderItem: bar,
        data: sources.flatMap(({ bans }, row) =>
          bans.map((ban) => [row, ban.bannedAt * 1000, Math.min(ban.expiresAt, model.to) * 1000]),
        ),
      },
    ],
  };
}

const bar: CustomSeriesOption['renderItem'] = (_params, api) => {
  const row = api.value(0);
  const [left = 0, y = 0] = api.coord([api.value(1), row]);
  const [right = 0] = api.coord([api.value(2), row]);
  const height = ROW_HEIGHT * 0.5;
  return {
    type: 'rect',
    // A ban of a minute in a log of a month is still a ban: never thinner than can be seen.
    shape: { x: left, y: y - height / 2, width: Math.max(2, right - left), height, r: 2 },
    style: { fill: 'var(--banned)' },
  };
};
