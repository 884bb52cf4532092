import { readWidgetFacts, type WidgetSources } from './facts';
import { renderFailure, renderWidget } from './render';
import { DESCRIPTION, parseWidgetRequest, WidgetRequestError } from './request';

/** Told of what went wrong, for the function's log. */
export type OnFailure = (error: unknown) => void;

/**
 * Answers a call of the dashboard: HTML, or Markdown where the documentation is asked for. What goes wrong is said in
 * the widget, because an error of the function shows as an empty box.
 */
export async function answerWidget(
  event: unknown,
  sources: WidgetSources,
  onFailure: OnFailure,
): Promise<string> {
  const { environment } = sources.deployment;
  const request = requestOf(event);
  if (request instanceof WidgetRequestError) return renderFailure(environment, request.message, 'light');
  if (request.describe) return DESCRIPTION;
  try {
    return renderWidget(await readWidgetFacts(sources), request);
  } catch (error) {
    onFailure(error);
    return renderFailure(environment, error instanceof Error ? error.message : String(error), request.theme);
  }
}

function requestOf(event: unknown) {
  try {
    return parseWidgetRequest(event);
  } catch (error) {
    if (error instanceof WidgetRequestError) return error;
    throw error;
  }
}
