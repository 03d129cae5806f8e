package dev.muster.server.mqtt;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceLink;
import dev.muster.hub.Devices;
import dev.muster.hub.Renewals;
import dev.muster.hub.Telemetry;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.tls.Caller;
import dev.muster.server.wire.LogText;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import java.util.Optional;

/** Answers CONNECT: finds the service that is called and lets the client in. Safe for any number of threads; blocks. */
final class Reception {
    private final MqttFrontEnd.Services services;

    Reception(MqttFrontEnd.Services services) {
        this.services = services;
    }

    /** @param link to the client, for its hub to close */
    Admission admit(Packet.Connect connect, Caller caller, DeviceLink link) {
        Optional<UserName> name = connect.userName().flatMap(UserName::parse);
        if (name.isEmpty()) {
            return new Admission.Refused(
                    MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
                    "the user name is of no known form: " + connect.userName().orElse("none"));
        }
        try {
            Optional<String> token = connect.password().filter(password -> !password.isBlank());
            return switch (name.get()) {
                case UserName.Provisioning device -> toProvisioning(connect, device, token, caller);
                case UserName.Device device -> toHub(connect, device, token.map(SasToken::parse), caller, link);
                case UserName.Module(String _, String deviceId, String moduleId) ->
                    notAuthorized("module '" + moduleId + "' of '" + deviceId + "': modules are not supported");
            };
        } catch (Refusal refusal) {
            String why = LogText.of(refusal) + ", tracking id " + refusal.trackingId();
            // Clients come back after 3 and give up after 5.
            return refusal.reason() == Refusal.Reason.THROTTLED
                    ? new Admission.Refused(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, why)
                    : notAuthorized(why);
        }
    }

    /** A will is ignored: bridges have one, and the service has no topic for it. */
    private Admission toProvisioning(
            Packet.Connect connect, UserName.Provisioning name, Optional<String> token, Caller caller) {
        ProvisioningSession session = new ProvisioningSession(name.introducing(token), caller, services.provisioning());
        if (connect.clientId().equalsIgnoreCase(name.registrationId())) {
            return new Admission.Admitted(new ProvisioningTopics(session));
        }
        session.turnAway(new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The client id is not the registration id.",
                new Explanation(
                        "device '" + name.registrationId() + "'",
                        "its CONNECT has the client id '" + connect.clientId() + "'",
                        "let the device use its registration id for both, as the SDKs do")));
        return wrongClientId(connect.clientId(), "registration id '" + name.registrationId() + "'");
    }

    private Admission toHub(
            Packet.Connect connect, UserName.Device name, Optional<SasToken> token, Caller caller, DeviceLink link) {
        if (!connect.clientId().equals(name.deviceId())) {
            return wrongClientId(connect.clientId(), "device id '" + name.deviceId() + "'");
        }
        Optional<Devices> hub = services.hubs().named(name.host());
        if (hub.isEmpty()) {
            return notAuthorized("no hub is called '" + name.host() + "'");
        }
        if (connect.will().isPresent() && !DeviceRequest.isEvent(connect.will().get(), name.deviceId())) {
            return notAuthorized("a will for '" + connect.will().get().topic() + "'");
        }
        DeviceIdentity device = hub.get().connect(name.deviceId(), caller.peer(token), link);
        caller.proved().run();
        // An idle connection is to hold little, so the rest of the identity is let go.
        Telemetry.Sender sender = new Telemetry.Sender(hub.get().hub(), name.deviceId(), device.generationId());
        CredentialTopics credentials = new CredentialTopics(
                () -> new Renewals.Link(
                        hub.get(),
                        name.deviceId(),
                        caller.peer(Optional.empty()).leaf()),
                services.credentials());
        return new Admission.Admitted(new DeviceTopics(hub.get(), sender, link, connect.will(), credentials, services));
    }

    private static Admission notAuthorized(String why) {
        return new Admission.Refused(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, why);
    }

    private static Admission wrongClientId(String clientId, String expected) {
        return new Admission.Refused(
                MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
                "the client id '" + clientId + "' is not the " + expected);
    }
}
