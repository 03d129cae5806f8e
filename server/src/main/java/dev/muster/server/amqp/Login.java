package dev.muster.server.amqp;

import dev.muster.base.SasToken;
import java.util.Optional;

/**
 * What a client said of itself in SASL; nothing without it.
 *
 * @param device the only one whose links it may open, if it named one
 */
record Login(Optional<DeviceAddress> device, Optional<SasToken> token) {
    static Login anonymous() {
        return new Login(Optional.empty(), Optional.empty());
    }
}
