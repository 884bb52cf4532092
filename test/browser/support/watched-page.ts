import type { Browser, Page } from 'puppeteer-core';
import { InPage } from './in-page';

/** How a page is looked at. */
export interface Look {
  /** Width of the window, CSS pixels. */
  readonly width: number;
  readonly scheme?: 'light' | 'dark';
}

export const DESKTOP = 1440;
export const PHONE = 390;

/** A page with all that went wrong in it, and all that it asked for. */
export interface WatchedPage {
  readonly page: Page;
  readonly ask: InPage;
  /** Messages of the console that are no mere information, and exceptions. */
  readonly complaints: readonly string[];
  /** Requests for anything but the page itself; none of them was let through. */
  readonly requests: readonly string[];
}

/** Opens a file, or markup in an empty page, with nothing else to be had. */
export async function openWatched(
  browser: Browser,
  what: { readonly file: string } | { readonly markup: string },
  { width, scheme = 'light' }: Look,
): Promise<WatchedPage> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const url = 'file' in what ? `file://${what.file}` : 'about:blank';
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.url() === url || request.url().startsWith('data:')) void request.continue();
    else {
      requests.push(request.url());
      void request.abort();
    }
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  if ('markup' in what) await page.setContent(what.markup);
  return { page, ask: await InPage.of(page), complaints, requests };
}
