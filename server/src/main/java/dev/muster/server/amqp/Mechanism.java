package dev.muster.server.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** One SASL exchange with one client (RFC 4422). For one thread at a time. */
interface Mechanism {
    /** @param response the initial one first */
    Step next(byte[] response);

    /** What the server does next. */
    sealed interface Step {
        record Challenge(byte[] bytes) implements Step {}

        record Accepted(Login login) implements Step {}

        /** @param why for the log */
        record Refused(String why) implements Step {}

        /** Must be worked out away from the event loop. */
        record Later(Supplier<Step> work) implements Step {}
    }

    /** {@code EXTERNAL} and {@code ANONYMOUS}: there is a client certificate, or there is none, and TLS has it. */
    static Mechanism external() {
        return _ -> new Step.Accepted(Login.anonymous());
    }

    /**
     * {@code PLAIN} (RFC 4616) with a shared access signature for a password. It is judged when the device registers,
     * since an outcome would keep the reason from it.
     */
    static Mechanism plain() {
        return response -> {
            String[] parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
            if (parts.length != 3) {
                return new Step.Refused("PLAIN without its three parts");
            }
            Optional<DeviceAddress> device = DeviceAddress.parse(parts[1]);
            if (device.isEmpty()) {
                return new Step.Refused("PLAIN for '" + parts[1] + "', which is no device of a provisioning service");
            }
            return new Step.Accepted(new Login(device, Optional.of(parts[2]), Optional.empty(), Optional.empty()));
        };
    }
}
