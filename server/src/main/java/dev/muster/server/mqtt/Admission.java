package dev.muster.server.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** The answer to a CONNECT. */
sealed interface Admission {
    record Admitted(Topics topics) implements Admission {}

    /** @param why for the log */
    record Refused(MqttConnectReturnCode code, String why) implements Admission {}
}
