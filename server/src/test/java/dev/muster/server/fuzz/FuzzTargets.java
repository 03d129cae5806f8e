package dev.muster.server.fuzz;

import dev.muster.server.amqp.AmqpTarget;
import dev.muster.server.http.UrlTarget;
import dev.muster.server.http.est.EstTarget;
import dev.muster.server.http.routing.WebSocketTarget;
import dev.muster.server.mqtt.MqttTarget;

/** All of them, by the names that the long run has for them. */
enum FuzzTargets {
    MQTT,
    AMQP,
    WEB_SOCKET,
    URL,
    DEVICE_BODY,
    SERVICE_BODY,
    TOKEN,
    QUERY,
    CERTIFICATE,
    EST,
    TPM;

    FuzzTarget make() {
        return switch (this) {
            case MQTT -> new MqttTarget();
            case AMQP -> new AmqpTarget();
            case WEB_SOCKET -> new WebSocketTarget();
            case URL -> new UrlTarget();
            case DEVICE_BODY -> BodyTarget.ofDevices();
            case SERVICE_BODY -> BodyTarget.ofService();
            case TOKEN -> new TokenTarget();
            case QUERY -> new QueryTarget();
            case CERTIFICATE -> new CertificateTarget();
            case EST -> new EstTarget();
            case TPM -> new TpmTarget();
        };
    }
}
