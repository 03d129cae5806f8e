package dev.muster.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import dev.muster.pki.revocation.ForeignRevocations;
import dev.muster.registration.Throttle;
import dev.muster.server.wire.certificate.RenewalBodies.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {
    private static final Path DATA = Path.of("/var/lib/muster");
    private static final Path EXAMPLES = Path.of("../examples");

    @TempDir
    private Path directory;

    @Test
    void minimalExample_hasTheDefaults() {
        Config config = ConfigLoader.load(EXAMPLES.resolve("muster-minimal.yaml"), Path.of("elsewhere"));

        assertThat(config).isEqualTo(Config.defaults(DATA));
    }

    @Test
    void commentedExample_hasTheDefaultsButForTheDataDirectory() {
        Config config = ConfigLoader.load(EXAMPLES.resolve("muster.yaml"), DATA);

        Path data = EXAMPLES.toAbsolutePath().resolve("./data");
        assertThat(config).isEqualTo(Config.defaults(data));
    }

    @Test
    void emptyFile_hasTheDefaults() throws IOException {
        assertThat(load("")).isEqualTo(Config.defaults(DATA));
    }

    @Test
    void everyKey_isRead() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        Config config = load("""
                data-directory: state
                listen: {address: 127.0.0.2, https: 8443, mqtt: 0, amqp: 5671, http: 8080, newcomers: 100}
                tls: {names: [muster.example], certificate: file, key: file, trust: file}
                store: {url: 'jdbc:postgresql://db/muster', user: muster, password-file: file}
                provisioning:
                  name: plant-7
                  retry-after: 5s
                  limits: {registrations-per-minute: 1000, polls-per-minute: 30}
                hubs: [{name: hub.example, aliases: [h.example]}, {name: other.example}]
                events: {partitions: 32, retention: 12h}
                authorities:
                  password-file: file
                  tokens: [{name: hsm, library: file, slot: 3, pin-file: file}]
                  public-url: http://pki.example
                  accept-expired: 30d
                  renewed-as: pem
                  foreign: {check: any, when-unknown: accept, timeout: 9s, hosts: [crl.example]}
                """);

        assertThat(config.dataDirectory()).isEqualTo(directory.resolve("state"));
        assertThat(config.listen()).isEqualTo(new Config.Listen("127.0.0.2", 8443, 0, 5671, Optional.of(8080), 100));
        assertThat(config.tls().names()).containsExactly("muster.example");
        assertThat(config.tls().key()).contains(directory.resolve("file"));
        assertThat(config.tls().trust()).contains(directory.resolve("file"));
        assertThat(config.store().url()).contains("jdbc:postgresql://db/muster");
        assertThat(config.provisioning())
                .isEqualTo(new Config.Provisioning(
                        "plant-7", Duration.ofSeconds(5), new Throttle.Limits(Optional.of(1000), Optional.of(30))));
        assertThat(config.hubs()).extracting(Config.Hub::name).containsExactly("hub.example", "other.example");
        assertThat(config.events()).isEqualTo(new Config.Events(32, Duration.ofHours(12)));
        Path file = directory.resolve("file");
        assertThat(config.authorities())
                .isEqualTo(new Config.Authorities(
                        Optional.of(file),
                        List.of(new Config.Token("hsm", file, Optional.of(3), Optional.empty(), file)),
                        Optional.of("http://pki.example"),
                        Duration.ofDays(30),
                        Form.PEM,
                        new Config.Foreign(
                                new ForeignRevocations.Policy(ForeignRevocations.Check.ANY, false),
                                Duration.ofSeconds(9),
                                List.of("crl.example"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hubs: [{name: a.b}]                                                          |
            {listen: {http: 80}, hubs: [{name: a.b}, {name: c.d}]}                       | http://a.b
            {listen: {http: 8080}, hubs: [{name: a.b}]}                                  | http://a.b:8080
            {listen: {http: 0}}                                                          |
            {listen: {http: 80}, authorities: {public-url: 'https://pki.example/here'}}  | https://pki.example/here
            """)
    void publicUrl_isWhereHttpIsServed_unlessTheOperatorSaysMore(String yaml, @Nullable String url) throws IOException {
        assertThat(load(yaml).publicUrl()).isEqualTo(Optional.ofNullable(url));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listen: {htps: 443}                  | listen.htps              | did you mean 'https'?
            hbus: []                             | hbus                     | did you mean 'hubs'?
            hubs: [{name: a.b, alias: x}]        | hubs[0].alias            | did you mean 'aliases'?
            listen: {https: 70000}               | listen.https             | from 0 to 65535
            listen: {http: yes}                  | listen.http              | whole number
            listen: {address: here}              | listen.address           | no IP address
            listen: [1]                          | listen                   | keys of its own
            authorities: {renewed-as: p7}        | authorities.renewed-as   | der or pem
            hubs: [{aliases: [a.b]}]             | hubs[0].name             | needs one
            hubs: [{name: a.b}, {name: A.B}]     | hubs                     | twice
            hubs: [{name: 'a b'}]                | hubs                     | no host name
            provisioning: {retry-after: 2}       | provisioning.retry-after | unit
            provisioning: {retry-after: 90s}     | provisioning.retry-after | between 1s and 59s
            provisioning: {limits: {polls: 3}}   | provisioning.limits.polls | did you mean 'polls-per-minute'?
            provisioning: {limits: {polls-per-minute: 0}} | provisioning.limits.polls-per-minute | from 1
            listen: {newcomers: 0}               | listen.newcomers         | from 1
            tls: {key: missing.pem}              | tls                      | belong together
            tls: {trust: missing.pem}            | tls.trust                | missing
            store: {url: 'jdbc:mysql://db/x'}    | store.url                | PostgreSQL
            authorities: {public-url: 'ftp://x'} | authorities.public-url   | no http or https URL
            authorities: {foreign: {check: on}}  | authorities.foreign.check | none, crl, ocsp or any
            authorities: {foreign: {when-unknown: no}} | authorities.foreign.when-unknown | refuse or accept
            authorities: {foreign: {timeout: 0s}} | authorities.foreign.timeout | between 1s and 59s
            authorities: {tokens: [{name: x}]}   | authorities.tokens[0].library | PKCS#11
            authorities: {password-file: none}   | authorities.password-file | missing
            'listen: {'                          | muster.yaml              | not YAML
            [1, 2]                               | muster.yaml              | holds no keys
            """)
    void mistakes_areNamedWithTheirKeyAndRule(String yaml, String key, String rule) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> load(yaml));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.INVALID_ARGUMENT);
        assertThat(refusal.explanation().orElseThrow().subject()).endsWith(key);
        assertThat(refusal.explanation().orElseThrow().rule()).contains(rule);
    }

    private Config load(String yaml) throws IOException {
        return ConfigLoader.load(Files.writeString(directory.resolve("muster.yaml"), yaml), DATA);
    }
}
