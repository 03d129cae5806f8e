package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttProvisioning;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that may open few files, each connection being one. */
@Execution(ExecutionMode.SAME_THREAD)
class FileLimitIT {
    private static final int FILES = 500;
    private static final Duration SOON = Duration.ofSeconds(30);

    /** {@code ulimit} is the shell's, and its limit that of the program that takes its place. */
    private static final List<String> LIMITED = List.of("sh", "-c", "ulimit -n " + FILES + "; exec \"$@\"", "sh");

    /** Strangers may have a quarter of the files, so that they cannot use them up (decision 21). */
    @Test
    void strangers_leaveFilesForDevices() throws Exception {
        ServerProcess process = ServerProcess.start(TestServer.newDirectory(), LIMITED);
        try (Flood flood = new Flood(process.server())) {
            assertThat(process.output()).contains("ulimit -n");
            Device device = new MqttProvisioning(process.server()).enrolled("limited-device");

            flood.withoutTls(2 * FILES);

            // Not at once: while the kernel's queue empties, a stranger comes for each file that becomes free.
            assertThat(registersWithin(SOON, process.server(), device)).isTrue();
            assertThat(flood.open()).isLessThanOrEqualTo(FILES / 4);
        } finally {
            process.kill();
        }
    }

    /** Devices that have proved themselves can use them up; once some are gone, others are served. */
    @Test
    void serverThatRanOutOfFiles_servesAgain() throws Exception {
        ServerProcess process = ServerProcess.start(TestServer.newDirectory(), LIMITED);
        List<MqttPeer> held = new ArrayList<>();
        try {
            TestServer server = process.server();
            Device device = new MqttProvisioning(server).enrolled("crowding-device");
            assertThat(holdUntilRefused(server, device, held)).isTrue();
            for (MqttPeer peer : held) {
                peer.close();
            }

            assertThat(registersWithin(SOON, server, device)).isTrue();
            assertThat(process.output()).doesNotContain("OutOfMemory");
        } finally {
            for (MqttPeer peer : held) {
                peer.close();
            }
            process.kill();
        }
    }

    /** Whether the server let one wait in vain. */
    private static boolean holdUntilRefused(TestServer server, Device device, List<MqttPeer> held) {
        try {
            while (held.size() < FILES) {
                held.add(registered(server, device));
            }
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static boolean registersWithin(Duration time, TestServer server, Device device)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            try (MqttPeer _ = registered(server, device)) {
                return true;
            } catch (IOException | AssertionError _) {
                Thread.sleep(500);
            }
        }
        return false;
    }

    /** Connected, proved, and still there. */
    private static MqttPeer registered(TestServer server, Device device) throws IOException {
        MqttPeer peer = new MqttProvisioning(server).open(device);
        peer.send(MqttPeer.publish(1, 1, MqttPeer.REGISTER + "1", ""));
        peer.expect(MqttPeer.PUBACK);
        peer.expect(MqttPeer.PUBLISH);
        return peer;
    }
}
