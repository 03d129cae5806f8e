package dev.muster.server.store.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Page;
import dev.muster.base.Refusal;
import dev.muster.certification.CertificateRequest;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlCertificateRequestsIT {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Csr CSR = Csr.of("Sensor-1", KeyAlgorithm.EC_P256.generate(new SecureRandom()));

    private final TestStore store;
    private final SqlCertificateRequests requests;

    SqlCertificateRequestsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        requests = new SqlCertificateRequests(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void request_isKeptInEveryState() {
        for (State state : List.of(
                new State.Waiting(),
                new State.Approved(NOW),
                new State.Denied(NOW, ""),
                new State.Issued(NOW, Thumbprint.of(new byte[] {1})))) {
            CertificateRequest request = request(1, "Sensor-1", state);
            new SqlCertificateRequests(store.database()).put(request);

            CertificateRequest kept = new SqlCertificateRequests(store.reopen())
                    .find(request.id())
                    .orElseThrow();

            assertThat(kept)
                    .usingRecursiveComparison()
                    .ignoringFields("request")
                    .isEqualTo(request);
            assertThat(kept.request().der()).isEqualTo(CSR.der());
        }
    }

    @Test
    void requests_ofADevice_areFoundInTheirOrder_whateverTheCaseOfItsId() {
        requests.put(request(2, "sensor-1", new State.Waiting()));
        requests.put(request(1, "Sensor-1", new State.Waiting()));
        requests.put(request(3, "sensor-2", new State.Waiting()));

        assertThat(requests.of("SENSOR-1")).extracting(CertificateRequest::id).containsExactly(id(1), id(2));
        requests.delete(id(1));
        assertThat(requests.of("sensor-1")).extracting(CertificateRequest::id).containsExactly(id(2));
        assertThat(requests.count()).isEqualTo(2);
    }

    @Test
    void list_isReadPageByPage() {
        for (int number = 1; number <= 5; number++) {
            requests.put(
                    request(number, "sensor-" + number, number == 2 ? new State.Approved(NOW) : new State.Waiting()));
        }

        Page<CertificateRequest> first = requests.list(true, Page.Request.first(2));
        Page<CertificateRequest> second = requests.list(true, new Page.Request(first.next(), 2));

        assertThat(first.items()).extracting(CertificateRequest::id).containsExactly(id(1), id(3));
        assertThat(second.items()).extracting(CertificateRequest::id).containsExactly(id(4), id(5));
        assertThat(second.next()).isEmpty();
        assertThat(requests.list(false, Page.Request.first(10)).items()).hasSize(5);
        assertThat(catchThrowableOfType(
                                Refusal.class, () -> requests.list(false, new Page.Request(Optional.of("nonsense"), 2)))
                        .reason())
                .isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
    }

    @Test
    void requests_areForgottenWhenTheirTimeIsOver() {
        requests.put(request(1, "sensor-1", new State.Waiting()));
        requests.put(request(2, "sensor-2", new State.Waiting()));

        requests.expire(NOW.plusSeconds(1).plus(Duration.ofDays(1)));

        assertThat(requests.list(false, Page.Request.first(10)).items())
                .extracting(CertificateRequest::id)
                .containsExactly(id(2));
    }

    private static CertificateRequest request(int number, String device, State state) {
        Instant asked = NOW.plusSeconds(number);
        return new CertificateRequest(
                id(number),
                "plant",
                device,
                CSR,
                new Basis(Basis.Kind.ENROLLMENT_GROUP, "line-1"),
                "192.0.2.1",
                asked,
                asked.plus(Duration.ofDays(1)),
                state);
    }

    private static String id(int number) {
        return "%032x".formatted(number);
    }
}
