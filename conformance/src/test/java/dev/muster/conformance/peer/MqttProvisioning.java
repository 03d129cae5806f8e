package dev.muster.conformance.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttPeer.Packet;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** What the packet tests of the provisioning service have in common. Safe for any number of threads. */
public final class MqttProvisioning {
    private final TestServer server;

    public MqttProvisioning(TestServer server) {
        this.server = server;
    }

    public Device enrolled(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        new Enrolling(server).individual(device);
        return device;
    }

    /** Connected and subscribed. */
    public MqttPeer open(Device device) throws IOException {
        MqttPeer peer = MqttPeer.connect(server, device);
        peer.send(connectOf(device).packet());
        assertAccepted(peer);
        subscribe(peer, 1);
        return peer;
    }

    public Connect connectOf(Device device) {
        return new Connect(device.registrationId(), userName(device.registrationId()), null, true, 60);
    }

    public String userName(String id) {
        return server.idScope() + "/registrations/" + id + "/api-version=2019-03-31";
    }

    public static void subscribe(MqttPeer peer, int packetId) throws IOException {
        peer.send(MqttPeer.subscribe(packetId, 1, MqttPeer.RESULTS));
        assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, packetId, 1);
    }

    /** Return code 0, and never a session from before (trap 13). */
    public static void assertAccepted(MqttPeer peer) throws IOException {
        assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
    }

    public static void assertRegistered(MqttPeer peer) throws IOException {
        assertAccepted(peer);
        peer.expect(MqttPeer.SUBACK);
        peer.expect(MqttPeer.PUBACK);
        assertThat(peer.expect(MqttPeer.PUBLISH).topic()).startsWith("$dps/registrations/res/202/");
    }

    public static void assertAssigned(Packet answer, String rid, String id) {
        assertThat(answer.topic()).startsWith("$dps/registrations/res/200/?$rid=" + rid);
        assertThat(answer.json().at("/status").asString()).isEqualTo("assigned");
        JsonNode state = answer.json().at("/registrationState");
        assertThat(state.at("/registrationId").asString()).isEqualTo(id);
        assertThat(state.at("/deviceId").asString()).isEqualTo(id);
        assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(state.at("/substatus").asString()).isEqualTo("initialAssignment");
    }

    public static String operationOf(Packet accepted) {
        return accepted.json().at("/operationId").asString();
    }
}
