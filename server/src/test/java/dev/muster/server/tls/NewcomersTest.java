package dev.muster.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class NewcomersTest {
    private final Newcomers newcomers = new Newcomers(2);

    @Test
    void oneTooMany_closesTheOldest() {
        EmbeddedChannel first = arrival();
        EmbeddedChannel second = arrival();
        EmbeddedChannel third = arrival();

        first.runPendingTasks();
        assertThat(first.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        assertThat(newcomers.count()).isEqualTo(2);
    }

    @Test
    void connectionThatProvedItself_staysAndMakesRoom() {
        EmbeddedChannel device = arrival();
        Newcomers.proved(device);
        EmbeddedChannel stranger = arrival();
        arrival();

        device.runPendingTasks();
        assertThat(device.isOpen()).isTrue();
        assertThat(stranger.isOpen()).isTrue();
        assertThat(newcomers.count()).isEqualTo(2);
    }

    @Test
    void closedConnection_makesRoom() {
        EmbeddedChannel gone = arrival();
        EmbeddedChannel waiting = arrival();
        gone.close().awaitUninterruptibly();
        gone.runPendingTasks();
        arrival();

        waiting.runPendingTasks();
        assertThat(waiting.isOpen()).isTrue();
        assertThat(newcomers.count()).isEqualTo(2);
    }

    @Test
    void provingTwiceOrElsewhere_changesNothing() {
        EmbeddedChannel device = arrival();
        Newcomers.proved(device);
        Newcomers.proved(device);
        Newcomers.proved(new EmbeddedChannel());

        assertThat(newcomers.count()).isZero();
    }

    @Test
    void affordable_isSomeShareOfTheFiles() {
        assertThat(Newcomers.affordable()).isPositive();
    }

    private EmbeddedChannel arrival() {
        EmbeddedChannel channel = new EmbeddedChannel();
        newcomers.add(channel);
        return channel;
    }
}
