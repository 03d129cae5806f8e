package dev.muster.authority;

import dev.muster.base.Page;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Revocations in memory. */
public final class RevocationsInMemory implements RevocationLog {
    private final Map<Thumbprint, Row> rows = new HashMap<>();
    private long last;

    private record Row(long number, Revocation revocation) {}

    @Override
    public void put(Revocation revocation) {
        last++;
        rows.put(revocation.certificate(), new Row(last, revocation));
    }

    @Override
    public Optional<Revocation> find(Thumbprint certificate) {
        return Optional.ofNullable(rows.get(certificate)).map(Row::revocation);
    }

    @Override
    public Optional<Revocation> find(Thumbprint issuer, BigInteger serial) {
        return of(issuer, Instant.EPOCH).stream()
                .filter(revocation -> revocation.place().orElseThrow().serial().equals(serial))
                .findFirst();
    }

    @Override
    public Changes after(long number, int limit) {
        List<Row> found = rows.values().stream()
                .filter(row -> row.number > number)
                .sorted(Comparator.comparingLong(Row::number))
                .limit(limit)
                .toList();
        return new Changes(
                found.stream().map(Row::revocation).toList(), found.isEmpty() ? number : found.getLast().number);
    }

    @Override
    public List<Revocation> of(Thumbprint issuer, Instant expiring) {
        return rows.values().stream()
                .map(Row::revocation)
                .filter(revocation -> revocation
                        .place()
                        .filter(place -> place.issuer().equals(issuer)
                                && !place.notAfter().isBefore(expiring))
                        .isPresent())
                .toList();
    }

    @Override
    public long latest(Thumbprint issuer) {
        return rows.values().stream()
                .filter(row -> row.revocation
                        .place()
                        .filter(place -> place.issuer().equals(issuer))
                        .isPresent())
                .mapToLong(Row::number)
                .max()
                .orElse(0);
    }

    @Override
    public Page<Revocation> list(Page.Request request) {
        return new Page<>(after(0, Integer.MAX_VALUE).revocations().reversed(), Optional.empty());
    }
}
