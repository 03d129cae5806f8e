package dev.muster.authority;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All that authorities need to be kept. For one thread. */
public final class AuthoritiesInMemory implements Authorities, IssuedCertificates {
    private final Map<String, Authority> authorities = new TreeMap<>();
    private final Map<String, KeyPair> keys = new HashMap<>();
    private final List<IssuedCertificate> issued = new ArrayList<>();

    public KeyVaults vaults() {
        return new KeyVaults(Map.of(KeyVaults.FILES, new Vault()));
    }

    /** The ids of all keys that are kept. */
    List<String> keyIds() {
        return List.copyOf(keys.keySet());
    }

    @Override
    public Optional<Authority> find(String name) {
        return Optional.ofNullable(authorities.get(key(name)));
    }

    @Override
    public List<Authority> list() {
        return List.copyOf(authorities.values());
    }

    @Override
    public void put(Authority authority, Precondition precondition) {
        precondition.check(authority.title(), find(authority.name()).map(Authority::etag));
        authorities.put(key(authority.name()), authority);
    }

    @Override
    public void delete(String name, Precondition precondition) {
        authorities.remove(key(name));
    }

    @Override
    public void add(IssuedCertificate certificate) {
        issued.add(certificate);
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint certificate) {
        return issued.stream()
                .filter(each -> each.certificate().thumbprint().equals(certificate))
                .findFirst();
    }

    @Override
    public Optional<IssuedCertificate> find(Thumbprint issuer, BigInteger serial) {
        return issued.stream()
                .filter(each -> each.issuer().equals(issuer)
                        && each.certificate().x509().getSerialNumber().equals(serial))
                .findFirst();
    }

    @Override
    public List<IssuedCertificate> of(String subject) {
        return issued.stream()
                .filter(each -> each.subject().equalsIgnoreCase(subject))
                .sorted(Comparator.comparing(IssuedCertificate::issued).reversed())
                .toList();
    }

    @Override
    public Page<IssuedCertificate> expiring(Instant from, Instant to, Page.Request request) {
        return new Page<>(
                issued.stream()
                        .filter(each -> !each.certificate().notAfter().isBefore(from)
                                && each.certificate().notAfter().isBefore(to))
                        .sorted(Comparator.comparing(each -> each.certificate().notAfter()))
                        .limit(request.size())
                        .toList(),
                Optional.empty());
    }

    @Override
    public long count(Thumbprint issuer) {
        return issued.stream().filter(each -> each.issuer().equals(issuer)).count();
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private final class Vault implements KeyVault {
        @Override
        public KeyPair generate(String id, KeyAlgorithm algorithm) {
            KeyPair made = algorithm.generate(new SecureRandom());
            keys.put(id, made);
            return made;
        }

        @Override
        public void keep(String id, KeyPair made) {
            keys.put(id, made);
        }

        @Override
        public Optional<KeyPair> find(String id) {
            return Optional.ofNullable(keys.get(id));
        }

        @Override
        public void delete(String id) {
            keys.remove(id);
        }
    }
}
