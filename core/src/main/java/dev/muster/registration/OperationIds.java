package dev.muster.registration;

import dev.muster.base.SasToken;
import dev.muster.enrollment.RegistrationId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes and recognizes operation ids of the form {@code 5.{16 hex digits}.{guid}}. The digits authenticate the guid and
 * the registration id, so that an operation needs no row of its own and any node knows one when it sees it.
 */
final class OperationIds {
    private static final int MAC_BYTES = 8;
    private final byte[] key;
    private final RandomGenerator random;

    /** @param key secret, the same on every node and after every restart */
    OperationIds(byte[] key, RandomGenerator random) {
        this.key = key.clone();
        this.random = random;
    }

    String issue(RegistrationId id) {
        String guid = new UUID(random.nextLong(), random.nextLong()).toString();
        return "5." + mac(id, guid) + "." + guid;
    }

    boolean isIssuedFor(RegistrationId id, String operationId) {
        String[] parts = operationId.split("\\.", -1);
        return parts.length == 3
                && parts[0].equals("5")
                && MessageDigest.isEqual(
                        mac(id, parts[2]).getBytes(StandardCharsets.US_ASCII),
                        parts[1].getBytes(StandardCharsets.US_ASCII));
    }

    private String mac(RegistrationId id, String guid) {
        byte[] mac = SasToken.hmac(key, (id.key() + "\n" + guid).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(mac, 0, MAC_BYTES);
    }
}
