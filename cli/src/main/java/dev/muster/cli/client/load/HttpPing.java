package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The least that can be asked over HTTP: any answer will do. */
final class HttpPing implements Conversation {
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public byte[] open() {
        return REQUEST;
    }

    @Override
    public Step receive(ByteBuf received) {
        return HttpAnswer.take(received)
                .<Step>map(_ -> new Step.Finish(new byte[0]))
                .orElseGet(Step.Wait::new);
    }
}
