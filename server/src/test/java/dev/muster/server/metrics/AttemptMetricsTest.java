package dev.muster.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Explanation;
import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Disabled;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.server.memory.MemoryAttempts;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AttemptMetricsTest {
    private static final List<String> CHAIN = List.of("CN=device-1, issued by CN=plant");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AttemptCounters counters = new AttemptCounters(registry);
    private final MemoryAttempts record = new MemoryAttempts();
    private final Attempts registrations = new CountedAttempts(record, attempt -> {
        counters.attested(attempt);
        counters.registered(attempt);
    });
    private final Attempts continuations = new CountedAttempts(record, counters::registered);

    @Test
    void attempt_isRecorded_andCounted() {
        Attempt attempt = attempt(CHAIN, assigned(Substatus.DEVICE_DATA_RESET));
        registrations.record(attempt);
        registrations.record(attempt);

        assertThat(record.list(false, 9)).containsExactly(attempt, attempt);
        assertThat(registrations.of("device-1", 9)).hasSize(2);
        assertThat(registry.scrape())
                .contains(
                        "attestation_attempts_total{attestation=\"x509\",protocol=\"MQTT\",result=\"succeeded\"} 2.0",
                        "registration_attempts_total{protocol=\"MQTT\",result=\"assigned\"} 2.0",
                        "device_assignments_total{hub=\"hub.example\",substatus=\"deviceDataReset\"} 2.0");
    }

    @Test
    void result_isThatOfTheRegistration() {
        registrations.record(attempt(CHAIN, new Disabled(Optional.empty())));
        registrations.record(attempt(CHAIN, new Failed(400208, "no hub", Optional.empty())));
        registrations.record(refused(List.of()));

        assertThat(registry.scrape())
                .contains(
                        "attestation_attempts_total{attestation=\"x509\",protocol=\"MQTT\",result=\"succeeded\"} 2.0",
                        "attestation_attempts_total{attestation=\"token\",protocol=\"MQTT\",result=\"refused\"} 1.0",
                        "registration_attempts_total{protocol=\"MQTT\",result=\"disabled\"} 1.0",
                        "registration_attempts_total{protocol=\"MQTT\",result=\"failed\"} 1.0",
                        "registration_attempts_total{protocol=\"MQTT\",result=\"refused\"} 1.0")
                .doesNotContain("device_assignments");
    }

    @Test
    void registrationThatWaits_isCountedOnce_andSoIsItsProof() {
        registrations.record(attempt(CHAIN, new Assigning(Optional.empty())));
        continuations.record(attempt(CHAIN, new Assigning(Optional.empty())));
        assertThat(registry.scrape()).contains("attestation_attempts_total").doesNotContain("registration_attempts");

        continuations.record(attempt(CHAIN, assigned(Substatus.INITIAL_ASSIGNMENT)));

        assertThat(registry.scrape())
                .contains(
                        "attestation_attempts_total{attestation=\"x509\",protocol=\"MQTT\",result=\"succeeded\"} 1.0",
                        "registration_attempts_total{protocol=\"MQTT\",result=\"assigned\"} 1.0");
    }

    private static Assigned assigned(Substatus substatus) {
        return new Assigned(new Assignment("hub.example", "device-1", Optional.empty()), substatus);
    }

    private static Attempt attempt(List<String> chain, RegistrationState state) {
        return attempt(chain, Optional.of(state), !(state instanceof Failed || state instanceof Disabled));
    }

    private static Attempt refused(List<String> chain) {
        return attempt(chain, Optional.empty(), false);
    }

    private static Attempt attempt(List<String> chain, Optional<RegistrationState> state, boolean succeeded) {
        return new Attempt(
                Instant.EPOCH,
                Optional.empty(),
                "device-1",
                "192.0.2.1",
                "MQTT",
                chain,
                Optional.empty(),
                succeeded,
                "as it came",
                state,
                succeeded ? Optional.empty() : Optional.of(new Explanation("it", "broke a rule", "mend it")));
    }
}
