import { ObjectEventError, storedObjectsIn } from '../../lambda/flow-log/object-events';

const BUCKET = 'prod-automation-flowlogfiles6cd1f753-a1b2c3';
const KEY = 'AWSLogs/aws-account-id=111111111111/aws-service=vpcflowlogs/year=2026/x y+z.log.gz';

/** S3 user guide, *EventBridge event message structure*. */
const fromEventBridge = (detailType = 'Object Created') => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': detailType,
  source: 'aws.s3',
  account: '111111111111',
  detail: {
    version: '0',
    bucket: { name: BUCKET },
    object: { key: KEY, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '00617F08299329D189' },
    reason: 'PutObject',
  },
});

/** S3 user guide, *Event message structure*: keys are URL-encoded. */
const fromS3 = (eventName = 'ObjectCreated:Put', key = KEY) => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      eventName,
      s3: {
        bucket: { name: BUCKET, arn: `arn:aws:s3:::${BUCKET}` },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+'), size: 5 },
      },
    },
  ],
});

const throughSns = (message: object) => ({ Type: 'Notification', Message: JSON.stringify(message) });

describe('the object that a message is about', () => {
  test.each([
    ['by way of EventBridge', fromEventBridge()],
    ['from S3 itself, its key decoded', fromS3()],
    ['from S3, completed in parts', fromS3('ObjectCreated:CompleteMultipartUpload')],
    ['from S3 through an SNS topic', throughSns(fromS3())],
    ['from EventBridge through an SNS topic', throughSns(fromEventBridge())],
  ])('is named %s', (_, message) => {
    expect(storedObjectsIn(JSON.stringify(message))).toEqual([{ bucket: BUCKET, key: KEY }]);
  });

  test('are several where S3 says so', () => {
    const both = { Records: [...fromS3().Records, ...fromS3('ObjectCreated:Copy', 'other.log.gz').Records] };
    expect(storedObjectsIn(JSON.stringify(both)).map(({ key }) => key)).toEqual([KEY, 'other.log.gz']);
  });

  test.each([
    ["S3's test of a new notification", { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: BUCKET }],
    ['an object that was removed', fromS3('ObjectRemoved:Delete')],
  ])('is none for %s', (_, message) => {
    expect(storedObjectsIn(JSON.stringify(message))).toEqual([]);
  });
});

describe('a message of something else', () => {
  test.each([
    ['no JSON', 'hello', /is not JSON/],
    [
      'JSON of no event',
      '{"hello":"world"}',
      /neither from EventBridge nor from S3: check what sends to the queue/,
    ],
    [
      'another event of EventBridge',
      JSON.stringify(fromEventBridge('Object Deleted')),
      /not about a stored object/,
    ],
    ['nothing', 'null', /not about a stored object/],
    [
      'a key that is not encoded',
      JSON.stringify({
        Records: [
          { eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key: '%E0%A4%A' } } },
        ],
      }),
      /the key "%E0%A4%A" is not URL-encoded/,
    ],
  ])('%s is refused, and the remedy said', (_, body, message) => {
    expect(() => storedObjectsIn(body)).toThrow(ObjectEventError);
    expect(() => storedObjectsIn(body)).toThrow(message);
  });
});
