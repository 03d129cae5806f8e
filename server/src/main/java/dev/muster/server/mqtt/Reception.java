package dev.muster.server.mqtt;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.util.Optional;

/** Answers CONNECT: finds the service that is called and lets the client in. Safe for any number of threads; blocks. */
final class Reception {
    private final MqttFrontEnd.Services services;

    Reception(MqttFrontEnd.Services services) {
        this.services = services;
    }

    Admission admit(Packet.Connect connect, Caller caller) {
        Optional<UserName> name = connect.userName().flatMap(UserName::parse);
        if (name.isEmpty()) {
            return new Admission.Refused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
                    "the user name is of no known form: " + connect.userName().orElse("none"));
        }
        try {
            Optional<SasToken> token =
                    connect.password().filter(password -> !password.isBlank()).map(SasToken::parse);
            return switch (name.get()) {
                case UserName.Provisioning device -> toProvisioning(connect, device, token, caller);
                case UserName.Device _, UserName.Module _ ->
                    new Admission.Refused(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, "no hub yet");
            };
        } catch (Refusal refusal) {
            return new Admission.Refused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
                    LogText.of(refusal) + ", tracking id " + refusal.trackingId());
        }
    }

    /** A will is ignored: bridges have one, and the service has no topic for it. */
    private Admission toProvisioning(
            Packet.Connect connect, UserName.Provisioning name, Optional<SasToken> token, Caller caller) {
        return connect.clientId().equalsIgnoreCase(name.registrationId())
                ? new Admission.Admitted(new ProvisioningTopics(name, token, caller, services))
                : wrongClientId(connect.clientId(), "registration id '" + name.registrationId() + "'");
    }

    private static Admission wrongClientId(String clientId, String expected) {
        return new Admission.Refused(
                MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                "the client id '" + clientId + "' is not the " + expected);
    }
}
