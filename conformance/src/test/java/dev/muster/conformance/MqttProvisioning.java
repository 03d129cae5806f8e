package dev.muster.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.MqttPeer.Connect;
import dev.muster.conformance.MqttPeer.Packet;
import dev.muster.conformance.TestPki.Device;
import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** What the packet tests of the provisioning service have in common. Safe for any number of threads. */
final class MqttProvisioning {
    private final TestServer server;

    MqttProvisioning(TestServer server) {
        this.server = server;
    }

    Device enrolled(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        new Enrolling(server).individual(device);
        return device;
    }

    /** Connected and subscribed. */
    MqttPeer open(Device device) throws IOException {
        MqttPeer peer = MqttPeer.connect(server, device);
        peer.send(connectOf(device).packet());
        assertAccepted(peer);
        subscribe(peer, 1);
        return peer;
    }

    Connect connectOf(Device device) {
        return new Connect(device.registrationId(), userName(device.registrationId()), null, true, 60);
    }

    String userName(String id) {
        return server.idScope() + "/registrations/" + id + "/api-version=2019-03-31";
    }

    static void subscribe(MqttPeer peer, int packetId) throws IOException {
        peer.send(MqttPeer.subscribe(packetId, 1, MqttPeer.RESULTS));
        assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, packetId, 1);
    }

    /** Return code 0, and never a session from before (trap 13). */
    static void assertAccepted(MqttPeer peer) throws IOException {
        assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
    }

    static void assertRegistered(MqttPeer peer) throws IOException {
        assertAccepted(peer);
        peer.expect(MqttPeer.SUBACK);
        peer.expect(MqttPeer.PUBACK);
        assertThat(peer.expect(MqttPeer.PUBLISH).topic()).startsWith("$dps/registrations/res/202/");
    }

    static void assertAssigned(Packet answer, String rid, String id) {
        assertThat(answer.topic()).startsWith("$dps/registrations/res/200/?$rid=" + rid);
        assertThat(answer.json().at("/status").asString()).isEqualTo("assigned");
        JsonNode state = answer.json().at("/registrationState");
        assertThat(state.at("/registrationId").asString()).isEqualTo(id);
        assertThat(state.at("/deviceId").asString()).isEqualTo(id);
        assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(state.at("/substatus").asString()).isEqualTo("initialAssignment");
    }

    static String operationOf(Packet accepted) {
        return accepted.json().at("/operationId").asString();
    }
}
