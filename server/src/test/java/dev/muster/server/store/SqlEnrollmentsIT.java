package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static dev.muster.server.store.Refusals.matches;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlEnrollmentsIT {
    private final TestStore store;
    private final SqlEnrollments enrollments;

    SqlEnrollmentsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        enrollments = new SqlEnrollments(store.database(), new JsonDocuments());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void enrollment_isFoundAsItWasPut() {
        Enrollment.Individual enrollment = Samples.individual("Device-1", "e1");
        enrollments.put(enrollment, new Precondition.Absent());

        Optional<Enrollment.Individual> found = enrollments.find(new RegistrationId("device-1"));

        assertThat(found).contains(enrollment);
        assertThat(found.orElseThrow().registrationId().value()).isEqualTo("Device-1");
    }

    @Test
    void enrollment_withNothingOptional_isFoundAsItWasPut() {
        Enrollment.Individual enrollment = new Enrollment.Individual(
                new RegistrationId("bare"),
                Optional.empty(),
                new Attestation.ClientCertificates(
                        new Slots<>(Samples.certificate("CN=bare"), Samples.certificate("CN=bare"))),
                Enrollment.Settings.defaults(),
                Map.of(),
                Map.of(),
                Samples.stamp("e1"));
        enrollments.put(enrollment, new Precondition.Always());

        assertThat(enrollments.find(new RegistrationId("bare"))).contains(enrollment);
    }

    @Test
    void enrollment_withSharedKeys_isFoundAsItWasPut() {
        Enrollment.Individual enrollment = new Enrollment.Individual(
                new RegistrationId("keyed"),
                Optional.empty(),
                Samples.sharedKeys(),
                Enrollment.Settings.defaults(),
                Map.of(),
                Map.of("trustBundleId", "roots"),
                Samples.stamp("e1"));
        enrollments.put(enrollment, new Precondition.Always());

        assertThat(enrollments.find(new RegistrationId("keyed"))).contains(enrollment);
    }

    @Test
    void enrollment_survivesARestart() {
        Enrollment.Individual enrollment = Samples.individual("device-1", "e1");
        enrollments.put(enrollment, new Precondition.Always());

        SqlEnrollments reopened = new SqlEnrollments(store.reopen(), new JsonDocuments());

        assertThat(reopened.find(new RegistrationId("device-1"))).contains(enrollment);
    }

    @Test
    void creation_ofOneThatIsThere_isRefused() {
        enrollments.put(Samples.individual("device-1", "e1"), new Precondition.Absent());

        assertRefused(
                Reason.ALREADY_EXISTS,
                () -> enrollments.put(Samples.individual("DEVICE-1", "e2"), new Precondition.Absent()));
        assertThat(etag("device-1")).contains("e1");
    }

    @Test
    void replacement_needsTheEtagThatIsStored() {
        enrollments.put(Samples.individual("device-1", "e1"), new Precondition.Always());

        assertRefused(
                Reason.PRECONDITION_FAILED,
                () -> enrollments.put(Samples.individual("device-1", "e2"), matches("other")));
        enrollments.put(Samples.individual("device-1", "e3"), matches("e1"));

        assertThat(etag("device-1")).contains("e3");
    }

    @Test
    void replacement_ofWhatIsNotThere_isRefused() {
        assertRefused(
                Reason.PRECONDITION_FAILED,
                () -> enrollments.put(Samples.individual("device-1", "e1"), new Precondition.Present()));
        assertRefused(
                Reason.PRECONDITION_FAILED, () -> enrollments.put(Samples.individual("device-1", "e1"), matches("e1")));
        assertThat(etag("device-1")).isEmpty();
    }

    @Test
    void replacement_withoutConditions_replaces() {
        enrollments.put(Samples.individual("device-1", "e1"), new Precondition.Always());
        enrollments.put(Samples.individual("device-1", "e2"), new Precondition.Always());
        enrollments.put(Samples.individual("device-1", "e3"), new Precondition.Present());

        assertThat(etag("device-1")).contains("e3");
    }

    @Test
    void deletion_needsTheEtagThatIsStored() {
        enrollments.put(Samples.individual("device-1", "e1"), new Precondition.Always());

        assertRefused(
                Reason.PRECONDITION_FAILED, () -> enrollments.delete(new RegistrationId("device-1"), matches("other")));
        enrollments.delete(new RegistrationId("DEVICE-1"), matches("e1"));

        assertThat(etag("device-1")).isEmpty();
    }

    @Test
    void deletion_ofWhatIsNotThere_isRefused() {
        assertRefused(
                Reason.ENROLLMENT_NOT_FOUND,
                () -> enrollments.delete(new RegistrationId("device-1"), new Precondition.Always()));
    }

    @Test
    void pages_holdEveryEnrollmentOnceInOrder() {
        for (String id : new String[] {"b", "D", "a-1", "C", "a:1"}) {
            enrollments.put(Samples.individual(id, "e1"), new Precondition.Absent());
        }

        Page<Enrollment.Individual> first = enrollments.page(Page.Request.first(2));
        Page<Enrollment.Individual> second = enrollments.page(new Page.Request(first.next(), 2));
        Page<Enrollment.Individual> third = enrollments.page(new Page.Request(second.next(), 2));

        assertThat(first.items()).extracting(SqlEnrollmentsIT::id).containsExactly("a-1", "a:1");
        assertThat(second.items()).extracting(SqlEnrollmentsIT::id).containsExactly("b", "C");
        assertThat(third.items()).extracting(SqlEnrollmentsIT::id).containsExactly("D");
        assertThat(third.next()).isEmpty();
    }

    @Test
    void page_thatIsJustFull_isTheLast() {
        enrollments.put(Samples.individual("a", "e1"), new Precondition.Absent());
        enrollments.put(Samples.individual("b", "e1"), new Precondition.Absent());

        assertThat(enrollments.page(Page.Request.first(2)).next()).isEmpty();
    }

    private Optional<String> etag(String id) {
        return enrollments
                .find(new RegistrationId(id))
                .map(Enrollment::stamp)
                .map(Enrollment.Stamp::etag)
                .map(Etag::value);
    }

    private static String id(Enrollment.Individual enrollment) {
        return enrollment.registrationId().value();
    }
}
