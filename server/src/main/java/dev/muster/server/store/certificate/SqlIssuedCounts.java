package dev.muster.server.store.certificate;

import dev.muster.authority.IssuedCounts;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Sql;
import dev.muster.server.store.database.Ticks;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts what was issued, in a database: in the indexes alone, which are a tenth of the table. Safe for any number of
 * threads.
 */
public final class SqlIssuedCounts implements IssuedCounts {
    private static final String BY_ISSUER = "SELECT issuer, COUNT(*) FROM issued_certificates GROUP BY issuer";
    private static final String AUTHORITY = "SELECT authority FROM issued_certificates WHERE issuer = ? LIMIT 1";
    private static final String NEXT =
            "SELECT not_after FROM issued_certificates WHERE not_after >= ? ORDER BY not_after LIMIT 1";
    private static final String EXPIRING =
            "SELECT COUNT(*) FROM issued_certificates WHERE not_after >= ? AND not_after < ?";

    private final Database database;

    public SqlIssuedCounts(Database database) {
        this.database = database;
    }

    @Override
    public List<OfIssuer> byIssuer() {
        return database.read(sql -> sql
                .all(BY_ISSUER, row -> {
                    String issuer = row.text();
                    return new OfIssuer(new Thumbprint(issuer), authority(sql, issuer), row.number());
                })
                .stream()
                .sorted(Comparator.comparingLong(OfIssuer::count).reversed())
                .toList());
    }

    private static String authority(Sql sql, String issuer) {
        return sql.first(AUTHORITY, Row::text, issuer).orElse("");
    }

    @Override
    public SortedMap<YearMonth, Long> byMonth() {
        return database.read(sql -> {
            SortedMap<YearMonth, Long> months = new TreeMap<>();
            Optional<Long> next = sql.first(NEXT, Row::number, Long.MIN_VALUE);
            while (next.isPresent()) {
                YearMonth month = YearMonth.from(Ticks.toInstant(next.get()).atOffset(ZoneOffset.UTC));
                long end = Ticks.of(start(month.plusMonths(1)));
                months.put(
                        month, sql.first(EXPIRING, Row::number, next.get(), end).orElse(0L));
                next = sql.first(NEXT, Row::number, end);
            }
            return months;
        });
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Override
    public long expiring(Instant from, Instant to) {
        return database.read(sql ->
                sql.first(EXPIRING, Row::number, Ticks.of(from), Ticks.of(to)).orElse(0L));
    }
}
