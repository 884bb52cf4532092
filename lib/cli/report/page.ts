import { Html, html, type HtmlValue } from '../../../lambda/widget/html';
import { SORT_SCRIPT, SORT_SCRIPT_HASH } from './script';
import { STYLE } from './style';

/** What stands around the sections. */
export interface PageSpec {
  readonly title: string;
  readonly header: HtmlValue;
  readonly main: HtmlValue;
  readonly footer: HtmlValue;
}

/**
 * Nothing may be loaded from anywhere, and no script may run but the page's own: what a log holds can neither call home
 * nor act, even if an escape were missing. The icon is in the page itself, so that no browser asks a server for one.
 */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src '${SORT_SCRIPT_HASH}'; img-src data:; base-uri 'none'; form-action 'none'`;

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 34 34'><circle cx='17' cy='17' r='13' fill='none' stroke='#0b62b5' stroke-width='5' stroke-dasharray='16 4.4'/><circle cx='17' cy='17' r='4' fill='#0b62b5'/></svg>",
  );

/** The mark: a fence around what is protected. */
export const MARK = html`<svg viewBox="0 0 34 34" aria-hidden="true" fill="none" stroke="var(--ours)">
  <circle cx="17" cy="17" r="13" stroke-width="5" stroke-dasharray="16 4.4" />
  <circle cx="17" cy="17" r="4" fill="var(--ours)" stroke="none" />
</svg>`;

/** Whole elements, so that the script is the text whose hash the policy names, to the last space. */
const SCRIPT = new Html(`<script>${SORT_SCRIPT}</script>`);
const STYLES = new Html(`<style>${STYLE}</style>`);

/** The whole document. */
export function page({ title, header, main, footer }: PageSpec): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <link rel="icon" href="${ICON}" />
        ${STYLES}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>${header}</header>
        <main id="main">${main}</main>
        <footer>${footer}</footer>
        ${SCRIPT}
      </body>
    </html>`;
  return document.markup;
}
