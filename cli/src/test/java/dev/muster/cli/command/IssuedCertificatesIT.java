package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.cli.Muster;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import dev.muster.server.store.certificate.SqlIssuedCertificates;
import dev.muster.server.store.database.SqliteDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an owner sees of a fleet's certificates, from a real server. */
final class IssuedCertificatesIT {
    /** Beyond one page of the server's. */
    private static final int MANY = 1100;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPair KEYS = KeyAlgorithm.EC_P256.generate(RANDOM);
    private static final Certificate OWN = Issuer.selfSigned("Plant", KEYS, InstantSource.system(), RANDOM)
            .issue(Issuer.Request.of(CertificateProfile.root(), "Plant", KEYS.getPublic()));
    private static final Issuer ISSUER = Issuer.of(OWN, KEYS.getPrivate(), InstantSource.system(), RANDOM);

    @TempDir
    private static Path directory;

    private static Server server;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        try (SqliteDatabase database = SqliteDatabase.open(directory.resolve("muster.db"))) {
            SqlIssuedCertificates issued = new SqlIssuedCertificates(database);
            boolean _ = database.run(() -> {
                for (int number = 0; number < MANY; number++) {
                    issued.add(issued("pump-" + number, Duration.ofDays(20).plusSeconds(number)));
                }
                issued.add(issued("Gauge", Duration.ofHours(1)));
                issued.add(issued("gauge", Duration.ofDays(200)));
                return true;
            });
        }
        server = Server.start(Config.defaults(directory).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void expiring_areListedWithTheSoonestFirst() {
        List<String> lines = owner("certificates", "expiring", "--limit", "2");

        assertThat(lines.getFirst()).startsWith("DEVICE");
        assertThat(lines.get(1)).startsWith("Gauge ").contains("Plant", "enrollmentGroup line-1");
        assertThat(lines.get(2)).startsWith("pump-0 ");
        assertThat(lines.get(3)).isEqualTo((MANY - 1) + " more expire within that time; --limit shows them.");
        assertThat(owner("certificates", "expiring", "--within", "2h")).hasSize(2);
        assertThat(owner("certificates", "expiring", "--within", "5s"))
                .containsExactly("No certificate expires within that time.");
    }

    @Test
    void expiring_areReadPageByPage() {
        List<String> lines = owner("certificates", "expiring", "--within", "30d", "--limit", "5000", "--json");

        assertThat(lines).hasSize(MANY + 1).doesNotHaveDuplicates();
        assertThat(lines.getLast()).contains("\"deviceId\":\"pump-" + (MANY - 1) + "\"");
    }

    @Test
    void issued_areCountedByIssuer_andByMonth() {
        YearMonth last = YearMonth.from(Instant.now().plus(Duration.ofDays(200)).atOffset(ZoneOffset.UTC));

        assertThat(owner("certificates", "issued").getLast())
                .startsWith("Plant ")
                .contains(" " + (MANY + 2) + " ", OWN.thumbprint().hex());
        assertThat(owner("certificates", "issued", "--by", "month").getLast()).isEqualTo(last + "    1");
        assertThat(owner("certificates", "issued", "--by", "month", "--json").getLast())
                .isEqualTo("{\"month\":\"" + last + "\",\"count\":1}");
    }

    @Test
    void issued_toADevice_areListedWhateverTheCaseOfItsId() {
        assertThat(owner("certificates", "issued", "--device", "GAUGE")).hasSize(3);
        assertThat(owner("certificates", "issued", "--device", "nobody"))
                .containsExactly("The device has no certificate from here.");
    }

    @Test
    void nonsense_isExplained() {
        assertThat(execute("certificates", "expiring", "--within", "soon")).isEqualTo(2);
        assertThat(err.toString()).contains("write it like 30s");
        assertThat(execute("certificates", "issued", "--by", "color")).isEqualTo(2);
        assertThat(execute("certificates", "expiring", "--limit", "0", "--data", directory.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("limit must be a number from 1 to 1000");
    }

    private static IssuedCertificate issued(String device, Duration validity) {
        Certificate certificate = ISSUER.issue(new Issuer.Request(
                CertificateProfile.device(), device, KEYS.getPublic(), List.of(), Optional.of(validity)));
        return new IssuedCertificate(
                certificate,
                OWN.thumbprint(),
                "Plant",
                device,
                new Basis(Basis.Kind.ENROLLMENT_GROUP, "line-1"),
                Instant.now());
    }

    private List<String> owner(String... arguments) {
        out.getBuffer().setLength(0);
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = directory.toString();
        assertThat(execute(all)).as(err.toString()).isZero();
        return out.toString().lines().toList();
    }

    private int execute(String... arguments) {
        CommandLine command = Muster.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }
}
