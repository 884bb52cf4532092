/**
 * Schemas for what comes from outside, as functions rather than methods, so that a bundle holds those it uses and no
 * others: a cold start parses all of it. Messages are in English.
 */
import { en } from 'zod/locales';
import { config } from 'zod/mini';

config(en());

export * from 'zod/mini';
