package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;

/** The least that can be said over AMQP: OPEN and, once answered, CLOSE. */
final class AmqpPing implements Conversation {
    @Override
    public byte[] open() {
        return AmqpFrames.concat(AmqpFrames.HEADER, AmqpRegistration.opening());
    }

    @Override
    public Step receive(ByteBuf received) {
        return AmqpFrames.take(received)
                .<Step>map(frame -> {
                    if (frame.performative() != AmqpFrames.OPEN) {
                        throw new LoadException("the connection was not accepted: " + frame.text());
                    }
                    return new Step.Finish(AmqpRegistration.closing());
                })
                .orElseGet(Step.Wait::new);
    }
}
