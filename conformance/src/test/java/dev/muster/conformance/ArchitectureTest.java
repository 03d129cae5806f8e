package dev.muster.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may import whom, over the classes of all modules. */
final class ArchitectureTest {
    private static final JavaClasses MUSTER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.muster");

    /** The rooms of the domain, each with the rooms that it may use. */
    private static final Map<String, List<String>> DOMAIN = Map.ofEntries(
            entry("base", List.of()),
            entry("query", List.of("base")),
            entry("pki", List.of("base")),
            entry("tpm", List.of("base")),
            entry("authority", List.of("base", "pki")),
            entry("enrollment", List.of("base", "pki", "tpm", "authority")),
            entry("attestation", List.of("base", "pki", "tpm", "authority", "enrollment")),
            entry("external", List.of("base", "pki", "authority", "enrollment")),
            entry("hub", List.of("base", "pki", "authority")),
            entry("allocation", List.of("base", "pki", "enrollment", "hub")),
            entry(
                    "registration",
                    List.of("base", "pki", "tpm", "authority", "enrollment", "attestation", "hub", "allocation")),
            entry("certification", List.of("base", "pki", "authority", "enrollment", "attestation", "registration")));

    @Test
    void rules_haveClassesToLookAt() {
        assertThat(MUSTER.stream().map(type -> type.getPackageName()))
                .contains("dev.muster.base", "dev.muster.server", "dev.muster.server.store", "dev.muster.cli.command");
    }

    @Test
    void domain_roomsUseOnlyTheRoomsBelowThem() {
        DOMAIN.forEach((room, below) -> {
            String[] allowed = java.util.stream.Stream.concat(below.stream(), java.util.stream.Stream.of(room))
                    .map(name -> "dev.muster." + name + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage("dev.muster." + room + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.muster..").and(not(resideInAnyPackage(allowed))))
                    .check(MUSTER);
        });
    }

    @Test
    void pki_doesNotKnowWhatAsksForRevocations() {
        noClasses()
                .that()
                .resideInAPackage("dev.muster.pki")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.muster.pki.revocation")
                .check(MUSTER);
    }

    @Test
    void domain_seesTheJdkAndBouncyCastleAlone() {
        classes()
                .that()
                .resideInAnyPackage(DOMAIN.keySet().stream()
                        .map(room -> "dev.muster." + room + "..")
                        .toArray(String[]::new))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.muster..", "java..", "javax..", "org.bouncycastle..", "org.jspecify..")
                .check(MUSTER);
    }

    @Test
    void frontEnds_doNotKnowEachOther() {
        slices().matching("dev.muster.server.(http|mqtt|amqp)..")
                .should()
                .notDependOnEachOther()
                .check(MUSTER);
    }

    @Test
    void store_and_wire_doNotKnowTheFrontEnds() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.muster.server.store..", "dev.muster.server.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.muster.server.http..",
                        "dev.muster.server.mqtt..",
                        "dev.muster.server.amqp..",
                        "dev.muster.server.provisioning..",
                        "dev.muster.server.tls..",
                        "dev.muster.server.config..")
                .check(MUSTER);
    }

    @Test
    void provisioning_doesNotKnowTheFrontEnds() {
        noClasses()
                .that()
                .resideInAPackage("dev.muster.server.provisioning..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.muster.server.http..", "dev.muster.server.mqtt..", "dev.muster.server.amqp..")
                .check(MUSTER);
    }

    @Test
    void client_sharesNoWireCodeWithTheServer() {
        noClasses()
                .that()
                .resideInAPackage("dev.muster.cli.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.muster.server..")
                .check(MUSTER);
    }

    @Test
    void libraries_stayInTheirRooms() {
        only("JDBC", "dev.muster.server.store..")
                .accessing("java.sql..", "javax.sql..", "org.sqlite..", "com.zaxxer..");
        only("JSON", "dev.muster.server.wire..", "dev.muster.cli.client..").accessing("tools.jackson..");
        only(
                        "Netty and Vert.x",
                        "dev.muster.server",
                        "dev.muster.server.http..",
                        "dev.muster.server.mqtt..",
                        "dev.muster.server.amqp..",
                        "dev.muster.server.tls..",
                        "dev.muster.cli.client..")
                .accessing("io.netty..", "io.vertx..");
        only("Proton", "dev.muster.server.amqp..").accessing("org.apache.qpid..");
        only("Bouncy Castle", "dev.muster.pki..", "dev.muster.server.tls..", "dev.muster.cli.client..")
                .accessing("org.bouncycastle..");
        only("Micrometer", "dev.muster.server.metrics..").accessing("io.micrometer..", "io.prometheus..");
        only("picocli", "dev.muster.cli", "dev.muster.cli.command..").accessing("picocli..");
        only("YAML", "dev.muster.server.config..", "dev.muster.cli.apply..").accessing("org.snakeyaml..");
    }

    private static Only only(String what, String... rooms) {
        return packages -> noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .as(what + " stays in " + List.of(rooms))
                .check(MUSTER);
    }

    private interface Only {
        void accessing(String... packages);
    }
}
