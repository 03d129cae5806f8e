package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static dev.muster.server.store.Refusals.matches;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.registration.RegistrationState;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.PostgresDatabase;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Enrollment groups, CA certificates and the authorities known by either: they are looked up through each other. */
@ParameterizedClass
@EnumSource(Engine.class)
class AuthoritiesIT {
    private final Certificate one = Samples.certificate("CN=Plant CA, O=Contoso");
    private final Certificate other = Samples.certificate("CN=Other CA");
    private final TestStore store;
    private final SqlEnrollmentGroups groups;
    private final SqlCaCertificates authorities;
    private final SqlKnownAuthorities known;

    AuthoritiesIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        groups = new SqlEnrollmentGroups(store.database(), new JsonDocuments());
        authorities = new SqlCaCertificates(store.database());
        known = new SqlKnownAuthorities(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void group_isFoundAsItWasPut() {
        Enrollment.Group group =
                Samples.group("Plant-7", "e1", new Attestation.SigningCertificates(new Slots<>(one, other)));
        groups.put(group, new Precondition.Absent());

        assertThat(groups.find("PLANT-7")).contains(group);
        assertThat(groups.find("plant-8")).isEmpty();
    }

    @Test
    void groupsWithSharedKeys_areFoundAsTheyChange() {
        Enrollment.Group keyed = Samples.group("Keyed", "e1", Samples.sharedKeys());
        groups.put(keyed, new Precondition.Absent());
        groups.put(Samples.group("signed", "e1", Samples.signedBy(one)), new Precondition.Absent());
        assertThat(groups.withSharedKeys()).containsExactly(keyed);

        Enrollment.Group another = Samples.group("another", "e1", Samples.sharedKeys());
        groups.put(another, new Precondition.Absent());
        assertThat(groups.withSharedKeys()).containsExactly(another, keyed);

        groups.delete("keyed", new Precondition.Always());
        assertThat(groups.withSharedKeys()).containsExactly(another);
    }

    @Test
    void groupOfADevicesLastRegistration_isKnown() {
        SqlRegistrations registrations = new SqlRegistrations(store.database(), new JsonDocuments());
        registrations.put(
                Samples.registration("Pump-1", new RegistrationState.Disabled(Optional.empty()), Optional.of("Plant")));
        registrations.put(
                Samples.registration("pump-2", new RegistrationState.Disabled(Optional.empty()), Optional.empty()));

        assertThat(groups.lastOf(new RegistrationId("pump-1"))).contains("plant");
        assertThat(groups.lastOf(new RegistrationId("pump-2"))).isEmpty();
        assertThat(groups.lastOf(new RegistrationId("pump-3"))).isEmpty();
    }

    @Test
    void group_isFoundByEitherSigningCertificate() {
        Enrollment.Group group =
                Samples.group("plant", "e1", new Attestation.SigningCertificates(new Slots<>(one, other)));
        groups.put(group, new Precondition.Absent());

        assertThat(groups.signedBy(one.thumbprint())).contains(group);
        assertThat(groups.signedBy(other.thumbprint())).contains(group);
        assertThat(groups.signedBy(Samples.certificate("CN=Plant CA, O=Contoso").thumbprint()))
                .isEmpty();
    }

    @Test
    void group_isFoundByTheCertificateThatItsAuthorityHasNow() {
        Enrollment.Group group =
                Samples.group("plant", "e1", new Attestation.CertificateAuthorities(new Slots<>("absent", "My-CA")));
        groups.put(group, new Precondition.Absent());
        assertThat(groups.signedBy(one.thumbprint())).isEmpty();

        authorities.put(Samples.caCertificate("my-ca", "c1", one, true), new Precondition.Absent());
        assertThat(groups.signedBy(one.thumbprint())).contains(group);

        authorities.put(Samples.caCertificate("my-ca", "c2", other, true), matches("c1"));
        assertThat(groups.signedBy(one.thumbprint())).isEmpty();
        assertThat(groups.signedBy(other.thumbprint())).contains(group);
    }

    @Test
    void groups_thatShareASigner_areFoundByTheFirstId() {
        groups.put(Samples.group("b", "e1", Samples.signedBy(one)), new Precondition.Absent());
        groups.put(Samples.group("C", "e1", Samples.signedBy(one)), new Precondition.Absent());
        groups.put(Samples.group("A", "e1", Samples.signedBy(one)), new Precondition.Absent());

        assertThat(groups.signedBy(one.thumbprint()).map(Enrollment.Group::id)).contains("A");
    }

    @Test
    void change_ofAGroup_showsAtOnce() {
        groups.put(Samples.group("plant", "e1", Samples.signedBy(one)), new Precondition.Absent());
        assertThat(groups.signedBy(one.thumbprint())).isPresent();

        groups.put(Samples.group("plant", "e2", Samples.signedBy(other)), matches("e1"));
        assertThat(groups.signedBy(one.thumbprint())).isEmpty();
        assertThat(known.withSubject(subject(one))).isEmpty();

        groups.delete("plant", matches("e2"));
        assertThat(groups.signedBy(other.thumbprint())).isEmpty();
    }

    @Test
    void change_thatIsUndone_neverShows() {
        assertThatThrownBy(() -> store.database().run(() -> {
                    groups.put(Samples.group("plant", "e1", Samples.signedBy(one)), new Precondition.Absent());
                    assertThat(groups.signedBy(one.thumbprint())).isPresent();
                    throw new IllegalStateException("undo");
                }))
                .hasMessage("undo");

        assertThat(groups.signedBy(one.thumbprint())).isEmpty();
        assertThat(groups.find("plant")).isEmpty();
    }

    @Test
    void preconditions_holdForGroups() {
        groups.put(Samples.group("plant", "e1", Samples.signedBy(one)), new Precondition.Absent());

        assertRefused(
                Reason.ALREADY_EXISTS,
                () -> groups.put(Samples.group("PLANT", "e2", Samples.signedBy(one)), new Precondition.Absent()));
        assertRefused(
                Reason.PRECONDITION_FAILED,
                () -> groups.put(Samples.group("plant", "e2", Samples.signedBy(one)), matches("other")));
        assertRefused(Reason.PRECONDITION_FAILED, () -> groups.delete("plant", matches("other")));
        assertRefused(Reason.ENROLLMENT_NOT_FOUND, () -> groups.delete("absent", new Precondition.Always()));
    }

    @Test
    void groups_arePaged() {
        for (String id : List.of("b", "C", "a")) {
            groups.put(Samples.group(id, "e1", Samples.signedBy(one)), new Precondition.Absent());
        }

        Page<Enrollment.Group> first = groups.page(Page.Request.first(2));
        Page<Enrollment.Group> second = groups.page(new Page.Request(first.next(), 2));

        assertThat(first.items()).extracting(Enrollment.Group::id).containsExactly("a", "b");
        assertThat(second.items()).extracting(Enrollment.Group::id).containsExactly("C");
        assertThat(second.next()).isEmpty();
    }

    @Test
    void caCertificate_isFoundAsItWasPut() {
        CaCertificate certificate = Samples.caCertificate("My-CA", "c1", one, false);
        authorities.put(certificate, new Precondition.Absent());

        assertThat(authorities.find("MY-CA")).contains(certificate);
        assertThat(authorities.list()).containsExactly(certificate);
    }

    @Test
    void caCertificates_areListedInTheOrderOfTheirNames() {
        for (String name : List.of("b", "C", "a")) {
            authorities.put(Samples.caCertificate(name, "c1", one, false), new Precondition.Absent());
        }

        assertThat(authorities.list()).extracting(CaCertificate::name).containsExactly("a", "b", "C");
    }

    @Test
    void verification_showsAtOnceAndUnderAnyName() {
        authorities.put(Samples.caCertificate("first", "c1", one, false), new Precondition.Absent());
        assertThat(authorities.isVerified(one.thumbprint())).isFalse();

        authorities.put(Samples.caCertificate("second", "c1", one, true), new Precondition.Absent());
        assertThat(authorities.isVerified(one.thumbprint())).isTrue();

        authorities.delete("second", matches("c1"));
        assertThat(authorities.isVerified(one.thumbprint())).isFalse();
    }

    @Test
    void preconditions_holdForCaCertificates() {
        authorities.put(Samples.caCertificate("ca", "c1", one, false), new Precondition.Absent());

        assertRefused(
                Reason.ALREADY_EXISTS,
                () -> authorities.put(Samples.caCertificate("CA", "c2", one, false), new Precondition.Absent()));
        assertRefused(
                Reason.PRECONDITION_FAILED,
                () -> authorities.put(Samples.caCertificate("ca", "c2", one, false), matches("other")));
        assertRefused(Reason.PRECONDITION_FAILED, () -> authorities.delete("ca", matches("other")));
        assertRefused(Reason.ENROLLMENT_NOT_FOUND, () -> authorities.delete("absent", new Precondition.Always()));
    }

    @Test
    void authorities_areKnownBySubjectHoweverItIsSpelled() {
        Certificate namesake = Samples.certificate("CN=Plant CA, O=Contoso");
        authorities.put(Samples.caCertificate("ca", "c1", one, false), new Precondition.Absent());
        groups.put(
                Samples.group("plant", "e1", new Attestation.SigningCertificates(new Slots<>(one, namesake))),
                new Precondition.Absent());

        assertThat(known.withSubject(new X500Principal("cn=PLANT  CA,o=contoso")))
                .containsExactlyInAnyOrder(one, namesake);
        assertThat(known.withSubject(subject(other))).isEmpty();
    }

    @Test
    void change_byAnotherNode_showsWithinTheFreshnessPromised() throws InterruptedException {
        if (store.database() instanceof PostgresDatabase) {
            assertThat(groups.signedBy(one.thumbprint())).isEmpty();
            try (Database node = store.openAgain()) {
                new SqlEnrollmentGroups(node, new JsonDocuments())
                        .put(Samples.group("plant", "e1", Samples.signedBy(one)), new Precondition.Absent());
            }
            Thread.sleep(store.database().authoritiesFreshness());
        } else {
            groups.put(Samples.group("plant", "e1", Samples.signedBy(one)), new Precondition.Absent());
        }

        assertThat(groups.signedBy(one.thumbprint())).isPresent();
    }

    private static X500Principal subject(Certificate certificate) {
        return certificate.x509().getSubjectX500Principal();
    }
}
