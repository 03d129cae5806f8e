package dev.muster.server;

import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.Issuance;
import dev.muster.authority.KeyVaults;
import dev.muster.base.Refusal;
import dev.muster.base.SecretFile;
import dev.muster.pki.Issuer;
import dev.muster.server.config.Config;
import dev.muster.server.keys.Pkcs12Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;

/** The parts that issue certificates, put together. */
record CertificateAuthorities(AuthorityRegistry registry, Issuance issuance) {
    private static final int PASSWORD_BYTES = 24;

    static CertificateAuthorities of(Config config, Storage storage, InstantSource clock, SecureRandom random) {
        Path password = config.authorities()
                .passwordFile()
                .orElseGet(() -> config.dataDirectory().resolve("authorities.password"));
        KeyVaults vaults = new KeyVaults(Map.of(
                KeyVaults.FILES,
                new Pkcs12Vault(
                        config.dataDirectory().resolve("authorities"),
                        () -> password(password, random),
                        clock,
                        random)));
        return new CertificateAuthorities(
                new AuthorityRegistry(storage.ownAuthorities(), storage.issued(), vaults, clock, random),
                new Issuance(
                        storage.ownAuthorities(),
                        storage.issued(),
                        vaults,
                        _ -> Issuer.Pointers.none(),
                        clock,
                        random));
    }

    /** Of the key files: made once, and kept beside them. */
    private static synchronized char[] password(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[PASSWORD_BYTES];
                random.nextBytes(secret);
                SecretFile.write(file, Base64.getUrlEncoder().withoutPadding().encode(secret));
            }
            return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII)
                    .strip()
                    .toCharArray();
        } catch (IOException e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The password of the authorities' keys, " + file + ", cannot be read: " + e.getMessage());
        }
    }
}
