package dev.muster.server.tls;

import dev.muster.pki.Certificate;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The certificates that peers sent above their own, parsed: all devices of a plant send the same. Safe for any number
 * of threads.
 */
final class RecentIssuers {
    /** Peers choose what is kept, so there must be a bound: 500 of the largest are 8 MB. */
    private static final int BOUND = 500;

    private final Map<Der, Certificate> parsed = new ConcurrentHashMap<>();

    private record Der(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Der(byte[] others) && Arrays.equals(bytes, others);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /** @throws dev.muster.base.Refusal as {@link Certificate#parse} */
    Certificate parse(byte[] der) {
        Der key = new Der(der);
        Certificate known = parsed.get(key);
        if (known != null) {
            return known;
        }
        Certificate certificate = Certificate.parse(der);
        if (parsed.size() >= BOUND) {
            parsed.clear();
        }
        parsed.put(key, certificate);
        return certificate;
    }
}
