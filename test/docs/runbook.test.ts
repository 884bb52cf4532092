import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourcesOf, templatesOf } from '../stacks/support';

const ROOT = join(__dirname, '..', '..');
const RUNBOOK = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

interface CdkJson {
  readonly context: { readonly environments: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

/** The environments that `cdk.json` shows: with and without chat, flow logs in CloudWatch and in S3. */
const { environments } = (JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as CdkJson).context;

/** What CDK appends to a logical ID of more than one part: a hash of the path. */
const HASH = /[0-9A-F]{8}$/;

function alarmsOf(name: string, raw: Readonly<Record<string, unknown>>): string[] {
  const { monitoring } = templatesOf(raw, name);
  return ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.keys(resourcesOf(monitoring, type)).map((id) => id.replace(HASH, '')),
  );
}

const alarms = new Set(Object.entries(environments).flatMap(([name, raw]) => alarmsOf(name, raw)));

/** The sections of the chapter on alarms: heading and text. */
const chapter = /^## Alarms$([\s\S]*?)^## /m.exec(RUNBOOK)?.[1] ?? '';
const sections = chapter
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ alarm: text.split('\n', 1)[0] ?? '', text }));

describe('the runbook', () => {
  it('has one section for each alarm of the example environments, and none for another', () => {
    expect(alarms.size).toBeGreaterThan(20);
    expect(sections.map(({ alarm }) => alarm).sort()).toEqual([...alarms].sort());
  });

  it.each(sections)('says of $alarm what it means, what to look at and what to do', ({ text }) => {
    expect(text).toMatch(/^\*\*Means\*\*: \S/m);
    expect(text).toMatch(/^\*\*Look at\*\*(?:: \S| and \*\*do\*\*: \S)/m);
    expect(text).toMatch(/\*\*do\*\*: \S/im);
  });

  it('names alarms only that exist', () => {
    const named =
      RUNBOOK.match(/\b(?:Enforcement|Enforce|Detect|Sight|Traffic|Ringfence)[A-Z][a-zA-Z]+\b/g) ?? [];
    expect(named.filter((name) => !alarms.has(name))).toEqual([]);
  });

  it('shows how to stop everything in one command', () => {
    expect(RUNBOOK).toContain('ringfence pause --because "calls drop, looking into it" --env prod');
  });

  it.each(['README.md', 'docs/deploy.md'])('is linked from %s', (file) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(/\]\((?:docs\/)?runbook\.md\)/);
  });
});
