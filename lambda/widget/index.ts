export { answerWidget } from './widget';
export type { WidgetFacts, WidgetSources } from './facts';
