package dev.muster.server;

import dev.muster.authority.Authorities;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.Followers;
import dev.muster.authority.ForeignIssuers;
import dev.muster.authority.Issuance;
import dev.muster.authority.KeyVault;
import dev.muster.authority.KeyVaults;
import dev.muster.authority.OcspResponder;
import dev.muster.authority.RevocationLists;
import dev.muster.authority.Rotation;
import dev.muster.base.Refusal;
import dev.muster.base.SecretFile;
import dev.muster.enrollment.EnrolledAuthorities;
import dev.muster.external.DistinctAuthorities;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.RevocationStatus;
import dev.muster.server.config.Config;
import dev.muster.server.keys.Pkcs11Vault;
import dev.muster.server.keys.Pkcs12Vault;
import dev.muster.server.metrics.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts that issue certificates, put together. */
record CertificateAuthorities(
        AuthorityRegistry registry,
        Rotation rotation,
        ForeignIssuers foreign,
        Issuance issuance,
        RevocationLists lists,
        OcspResponder responder,
        List<Pkcs11Vault> tokens)
        implements AutoCloseable {
    private static final String PASSWORD_VARIABLE = "MUSTER_AUTHORITIES_PASSWORD";
    private static final int PASSWORD_BYTES = 24;

    static CertificateAuthorities of(
            Config config,
            Storage storage,
            RevocationStatus revoked,
            Metrics metrics,
            InstantSource clock,
            SecureRandom random) {
        Map<String, KeyVault> places = new HashMap<>();
        places.put(
                KeyVaults.FILES,
                new Pkcs12Vault(
                        config.dataDirectory().resolve("authorities"), () -> password(config, random), clock, random));
        List<Pkcs11Vault> tokens = new ArrayList<>();
        for (Config.Token token : config.authorities().tokens()) {
            Pkcs11Vault vault = new Pkcs11Vault(token, clock, random);
            places.put(token.name(), vault);
            tokens.add(vault);
        }
        KeyVaults vaults = new KeyVaults(places);
        Followers followers = new EnrolledAuthorities(storage.groups(), storage.authorities(), clock, random);
        Authorities distinct = new DistinctAuthorities(storage.ownAuthorities(), storage.previews());
        AuthorityRegistry registry =
                new AuthorityRegistry(distinct, storage.issued(), vaults, own -> pointers(config, own), clock, random);
        return new CertificateAuthorities(
                registry,
                new Rotation(distinct, registry, vaults, followers, storage.database(), clock, random),
                new ForeignIssuers(
                        distinct, vaults, storage.knownAuthorities(), followers, storage.database(), clock, random),
                new Issuance(
                        storage.ownAuthorities(),
                        metrics.issued(storage.issued(), storage.database()),
                        vaults,
                        revoked,
                        own -> pointers(config, own),
                        clock,
                        random),
                new RevocationLists(
                        storage.revocations(),
                        storage.ownAuthorities(),
                        vaults,
                        own -> pointers(config, own).revocations().map(list -> list + "/delta"),
                        clock),
                new OcspResponder(
                        storage.revocations(), storage.ownAuthorities(), storage.issued(), vaults, clock, random),
                tokens);
    }

    /** Where everybody finds what {@link dev.muster.server.revocation.PublicPkiApi} serves. */
    private static Issuer.Pointers pointers(Config config, Certificate own) {
        Optional<String> base = config.publicUrl()
                .map(url ->
                        url.replaceFirst("/+$", "") + "/pki/" + own.thumbprint().hex());
        return new Issuer.Pointers(
                base.map(url -> url + "/crl"), base.map(url -> url + "/ocsp"), base.map(url -> url + "/ca"));
    }

    /** Of the key files: in the file that the operator named, else in the environment, else made here. */
    private static char[] password(Config config, SecureRandom random) {
        if (config.authorities().passwordFile().isPresent()) {
            return password(config.authorities().passwordFile().get(), random);
        }
        String variable = System.getenv(PASSWORD_VARIABLE);
        return variable == null || variable.isEmpty()
                ? password(config.dataDirectory().resolve("authorities.password"), random)
                : variable.toCharArray();
    }

    /** In a file, which is made where it is missing. */
    private static synchronized char[] password(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[PASSWORD_BYTES];
                random.nextBytes(secret);
                SecretFile.write(file, Base64.getUrlEncoder().withoutPadding().encode(secret));
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .strip()
                    .toCharArray();
        } catch (IOException e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The password of the authorities' keys, " + file + ", cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        tokens.forEach(Pkcs11Vault::close);
    }
}
