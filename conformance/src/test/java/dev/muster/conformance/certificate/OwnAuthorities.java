package dev.muster.conformance.certificate;

import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyBundle;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The server's own certificate authorities, as their owner has them: with the keys, where these lie in files. Safe for
 * any number of threads.
 *
 * @param data the server's data directory
 */
record OwnAuthorities(ControlPlane owner, Path data) {
    private static final String BASE = "/muster/authorities/";

    JsonNode create(String name, Map<String, Object> draft) {
        return owner.send("PUT", BASE + name, Optional.of(draft));
    }

    JsonNode rotate(String name) {
        return owner.send("POST", BASE + name + "/rotate", Optional.of(Map.of()));
    }

    List<Certificate> chain(String name) {
        return Pem.certificates(owner.text("GET", BASE + name + "/chain", Optional.empty()));
    }

    /** One whose key is in a file. */
    Authority authority(String name) throws IOException {
        List<Certificate> chain = chain(name);
        KeyPair keys = keys().stream()
                .map(bundle -> new KeyPair(chain.getFirst().x509().getPublicKey(), bundle.key()))
                .filter(Issuer::belongTogether)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no key file is that of " + name));
        return new Authority(chain, chain.getFirst(), keys);
    }

    /** All keys in files. */
    List<KeyBundle> keys() throws IOException {
        char[] password = password().toCharArray();
        List<KeyBundle> keys = new ArrayList<>();
        try (Stream<Path> files = Files.list(data.resolve("authorities"))) {
            for (Path file : files.toList()) {
                keys.add(KeyBundle.ofPkcs12(Files.readAllBytes(file), password));
            }
        }
        return keys;
    }

    String password() throws IOException {
        return Files.readString(data.resolve("authorities.password")).strip();
    }
}
