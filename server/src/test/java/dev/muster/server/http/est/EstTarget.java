package dev.muster.server.http.est;

import dev.muster.base.Refusal;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KeylessRequest;
import dev.muster.server.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What devices send for a certificate: requests in base64, PEM or damaged DER, and passwords. */
public final class EstTarget implements FuzzTarget {
    private static final Csr REQUEST = Csr.of("dev1", KeyAlgorithm.EC_P256.generate(new SecureRandom()));

    @Override
    public List<byte[]> samples() {
        return List.of(
                ascii(Base64.getEncoder().encodeToString(REQUEST.der())),
                ascii(Base64.getMimeEncoder().encodeToString(REQUEST.der())),
                ascii(REQUEST.pem()),
                REQUEST.der(),
                ascii("Basic ZGV2OjE6WVdKalpHVm1aMmhwYW10c2JXNXZjQT09"));
    }

    @Override
    public void take(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        String encoded = Base64.getEncoder().encodeToString(input);
        Stream.<Consumer<String>>of(Csr::parseText, KeylessRequest::parseText).forEach(parser -> {
            orRefused(parser, text);
            orRefused(parser, encoded);
        });
        Basic.parse(text);
    }

    private static void orRefused(Consumer<String> parser, String text) {
        try {
            parser.accept(text);
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
