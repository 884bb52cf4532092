import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from './messages';

/** Messages to a topic: mail, chat, whatever is subscribed. */
export class SnsNotices {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  async publish({ subject, body }: Notice): Promise<void> {
    await this.client.send(new PublishCommand({ TopicArn: this.topicArn, Subject: subject, Message: body }));
  }
}
