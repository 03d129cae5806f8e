package dev.muster.server.config;

import dev.muster.pki.revocation.ForeignRevocations;
import dev.muster.registration.Throttle;
import dev.muster.server.wire.certificate.RenewalBodies.Form;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an operator can set. Defaults are here and nowhere else.
 *
 * @param dataDirectory holds the embedded database, the server's keys and certificates, and the administrator's token
 */
public record Config(
        Path dataDirectory,
        Listen listen,
        Tls tls,
        Store store,
        Provisioning provisioning,
        List<Hub> hubs,
        Events events,
        Authorities authorities) {
    private static final int HTTP = 80;

    /**
     * Where to listen.
     *
     * @param address a local IP address, or {@code 0.0.0.0} for all
     * @param https TCP port; 0 for any free one
     * @param mqtt TCP port; 0 for any free one
     * @param amqp TCP port; 0 for any free one
     * @param http TCP port without TLS, for what everybody may know of our authorities; 0 for any free one; empty: none
     * @param newcomers how many connections may be open, on all ports together, that have not proved who they are
     */
    public record Listen(String address, int https, int mqtt, int amqp, Optional<Integer> http, int newcomers) {
        private static final int NEWCOMERS = 4096;

        public Listen(String address, int https, int mqtt, int amqp) {
            this(address, https, mqtt, amqp, Optional.empty(), NEWCOMERS);
        }

        public Listen withHttps(int port) {
            return new Listen(address, port, mqtt, amqp, http, newcomers);
        }

        public Listen withHttp(int port) {
            return new Listen(address, https, mqtt, amqp, Optional.of(port), newcomers);
        }

        public Listen withNewcomers(int most) {
            return new Listen(address, https, mqtt, amqp, http, most);
        }
    }

    /**
     * The server's own identity, and whom it trusts.
     *
     * @param names DNS names and IP addresses that the generated server certificate covers
     * @param certificate PEM file with the operator's own chain, leaf first; empty to generate one
     * @param key PEM file (PKCS#8) with the key to it
     * @param trust PEM file with authorities that are trusted, beside the JDK's, when this server calls others
     */
    public record Tls(List<String> names, Optional<Path> certificate, Optional<Path> key, Optional<Path> trust) {}

    /** Where the state is: empty for SQLite in the data directory, else a PostgreSQL JDBC URL with its credentials. */
    public record Store(Optional<String> url, Optional<String> user, Optional<Path> passwordFile) {}

    /**
     * The provisioning service.
     *
     * @param name its name in the control plane
     * @param retryAfter what devices are told to wait before they ask for a result; the SDKs honor 2 to 5 seconds
     * @param limits how often devices may ask
     */
    public record Provisioning(String name, Duration retryAfter, Throttle.Limits limits) {}

    /**
     * A hub in this process.
     *
     * @param name the host name that assigned devices are sent to; several SDKs want a dot in it
     * @param aliases other host names by which it is called
     */
    public record Hub(String name, List<String> aliases) {}

    /**
     * The event stream.
     *
     * @param partitions fixed when the store is made
     * @param retention how long events are kept
     */
    public record Events(int partitions, Duration retention) {}

    /**
     * The certificate authorities of this service.
     *
     * @param passwordFile of the key files in the data directory; empty to generate one beside them
     * @param tokens hardware that keeps keys, beside the files
     * @param publicUrl under which everybody reaches this server's CRLs and OCSP answers, see {@link #publicUrl()}
     * @param acceptExpired for how long after its certificate has expired a device may still register with it
     * @param renewedAs how a device that renews over its hub is given its certificates
     * @param foreign whether authorities elsewhere are asked
     */
    public record Authorities(
            Optional<Path> passwordFile,
            List<Token> tokens,
            Optional<String> publicUrl,
            Duration acceptExpired,
            Form renewedAs,
            Foreign foreign) {

        public Authorities withPublicUrl(String url) {
            return new Authorities(passwordFile, tokens, Optional.of(url), acceptExpired, renewedAs, foreign);
        }

        public Authorities withForeign(Foreign other) {
            return new Authorities(passwordFile, tokens, publicUrl, acceptExpired, renewedAs, other);
        }

        public Authorities withRenewal(Duration late, Form form) {
            return new Authorities(passwordFile, tokens, publicUrl, late, form, foreign);
        }
    }

    /**
     * How authorities elsewhere are asked whether they have revoked what they issued.
     *
     * @param timeout for one answer
     * @param hosts that may be asked; empty: all but this machine and its link
     */
    public record Foreign(ForeignRevocations.Policy policy, Duration timeout, List<String> hosts) {
        static Foreign nobody() {
            return new Foreign(
                    new ForeignRevocations.Policy(ForeignRevocations.Check.NONE, true),
                    Duration.ofSeconds(5),
                    List.of());
        }
    }

    /**
     * A PKCS#11 token.
     *
     * @param name by which authorities refer to it
     * @param library the driver, a shared object
     * @param slot where the token is
     * @param label by which it is found where no slot is named; empty: the first that is there
     * @param pinFile holds the user PIN
     */
    public record Token(String name, Path library, Optional<Integer> slot, Optional<String> label, Path pinFile) {}

    /** The defaults, over a data directory. */
    public static Config defaults(Path dataDirectory) {
        return new Config(
                dataDirectory,
                new Listen("0.0.0.0", 443, 8883, 5671),
                new Tls(List.of(), Optional.empty(), Optional.empty(), Optional.empty()),
                new Store(Optional.empty(), Optional.empty(), Optional.empty()),
                new Provisioning("muster", Duration.ofSeconds(2), Throttle.Limits.none()),
                List.of(new Hub("127.0.0.1", List.of("localhost"))),
                new Events(4, Duration.ofDays(7)),
                new Authorities(
                        Optional.empty(), List.of(), Optional.empty(), Duration.ZERO, Form.DER, Foreign.nobody()));
    }

    /**
     * Where everybody reaches this server's CRLs and OCSP answers: unless the operator says so, where they are served
     * without TLS, at the first hub's name, which leads here anyway. Empty: certificates say nothing of them.
     */
    public Optional<String> publicUrl() {
        return authorities
                .publicUrl()
                .or(() -> listen.http()
                        .filter(port -> port != 0)
                        .map(port -> "http://" + hubs.getFirst().name() + (port == HTTP ? "" : ":" + port)));
    }

    public Config withListen(Listen other) {
        return new Config(dataDirectory, other, tls, store, provisioning, hubs, events, authorities);
    }

    public Config withProvisioning(Provisioning other) {
        return new Config(dataDirectory, listen, tls, store, other, hubs, events, authorities);
    }

    public Config withTls(Tls other) {
        return new Config(dataDirectory, listen, other, store, provisioning, hubs, events, authorities);
    }

    public Config withHubs(List<Hub> others) {
        return new Config(dataDirectory, listen, tls, store, provisioning, others, events, authorities);
    }

    public Config withAuthorities(Authorities others) {
        return new Config(dataDirectory, listen, tls, store, provisioning, hubs, events, others);
    }
}
