import { awsProblem } from './support/aws-calls';
import { callProblem, withoutNpx } from './support/check-call';
import { anchorsOf, localLinksOf, type Page } from './support/pages';
import { Sandbox } from './support/sandbox';

/** A page of one shell block. */
function pageOf(text: string): Page {
  return { path: 'page.md', text, prose: text, blocks: [{ language: 'sh', text, line: 7 }] };
}

describe('the checks of the documentation themselves', () => {
  const sandbox = new Sandbox();
  afterAll(() => sandbox.remove());

  it.each([
    ['ringfence', ['frobnicate'], /unknown command 'frobnicate'/],
    ['ringfence', ['status', '--environment', 'prod'], /unknown option '--environment'/],
    ['ringfence', ['export', '--env', 'prod', '--format', 'pf'], /'pf' is invalid/],
    ['ringfence', ['why', '--env', 'prod'], /missing required argument 'address'/],
    ['cdk', ['deploy', '--no-such-option', 'prod/*'], /cdk deploy has no option --no-such-option/],
    ['cdk', ['deplo'], /cdk has no command "deplo"/],
    ['npm', ['run', 'tset'], /package\.json has no script "tset"/],
    ['bash', ['.ci/walk'], /there is no script/],
  ])('find what is wrong with %s %j', async (program, args, problem) => {
    expect(await callProblem({ program, args, line: 1 })).toMatch(problem);
  });

  it.each([
    ['ec2 describe-network-acl', /no operation "describe-network-acl"/],
    ['ec2 describe-network-acls --network-acl-id acl-1', /no option --network-acl-id$/],
    ['ec2 delete-network-acl-entry --ingress --rule-no 1', /no option --rule-no$/],
    ['dynamodb wait table-exist', /no waiter "table-exist"/],
    ['braket search-jobs', /no SDK client to check "braket"/],
    ['s3 copy a b', /aws s3 has no command "copy"/],
  ])('find what is wrong with aws %s', (call, problem) => {
    expect(awsProblem(call.split(' '))).toMatch(problem);
  });

  it('let pass what is right', () => {
    const right = ['ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 1', 's3 ls'];
    expect(right.map((call) => awsProblem(call.split(' ')))).toEqual([undefined, undefined]);
  });

  it('see calls as the shell makes them: quotes, variables, pipes, loops', () => {
    const calls = sandbox.run(
      pageOf(
        'name="a b"\nringfence why "$name" |\n  cat\nfor i in 1 2; do aws s3 ls "$i"; done\nnpx --no-install ringfence list',
      ),
    );
    expect(calls.map(withoutNpx)).toEqual([
      { line: 7, program: 'ringfence', args: ['why', 'a b'] },
      { line: 7, program: 'aws', args: ['s3', 'ls', '1'] },
      { line: 7, program: 'aws', args: ['s3', 'ls', '2'] },
      { line: 7, program: 'ringfence', args: ['list'] },
    ]);
  });

  it.each([
    ['no-such-program --flag', /no-such-program: command not found/],
    ['no-such-program | cat', /command not found/],
    ['if true; then', /syntax error/],
    ['ringfence list > /etc/list.txt', /may not write outside its folder/],
  ])('refuse a block: %s', (text, problem) => {
    expect(() => sandbox.run(pageOf(text))).toThrow(problem);
  });

  it('know headings and links as GitHub does', () => {
    const page = pageOf(
      '# What `ringfence` does, I9!\n\n## Same\n\n## Same\n\n[a](b.md#c) [w](https://example.com) `[x](y)`\n',
    );
    expect(anchorsOf(page)).toEqual(['what-ringfence-does-i9', 'same', 'same-1']);
    expect(localLinksOf(page)).toEqual(['b.md#c']);
  });
});
