package dev.muster.server.config;

import dev.muster.authority.KeyVaults;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules that no single key can check; the same for {@code muster validate} and {@code muster serve}. */
final class ConfigValidator {
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
    private static final Pattern SERVICE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{1,49}[A-Za-z0-9]");
    private static final Pattern TOKEN_NAME = Pattern.compile("[A-Za-z0-9-]{1,32}");
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(59);

    private ConfigValidator() {}

    /** @throws Refusal INVALID_ARGUMENT, naming the key and the rule */
    static void check(Config config) {
        checkAddress(config.listen().address());
        checkTls(config.tls());
        checkStore(config.store());
        checkHubs(config);
        checkAuthorities(config.authorities());
        if (!SERVICE_NAME.matcher(config.provisioning().name()).matches()) {
            throw refused("provisioning.name", "it must have 3 to 51 letters, digits and '-', no '-' at either end");
        }
        Duration wait = config.provisioning().retryAfter();
        if (wait.compareTo(Duration.ofSeconds(1)) < 0 || wait.compareTo(LONGEST_WAIT) > 0) {
            throw refused("provisioning.retry-after", "it must be between 1s and 59s, or devices give up");
        }
    }

    private static void checkAddress(String address) {
        try {
            InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw refused("listen.address", "'" + address + "' is no IP address");
        }
    }

    private static void checkTls(Config.Tls tls) {
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            throw refused("tls", "certificate and key belong together, and one is missing");
        }
        tls.certificate().ifPresent(file -> checkReadable("tls.certificate", file));
        tls.key().ifPresent(file -> checkReadable("tls.key", file));
        tls.trust().ifPresent(file -> checkReadable("tls.trust", file));
    }

    private static void checkStore(Config.Store store) {
        store.url().ifPresent(url -> {
            if (!url.startsWith("jdbc:postgresql:")) {
                throw refused("store.url", "it must be a PostgreSQL JDBC URL, jdbc:postgresql://HOST/DATABASE");
            }
            if (url.toLowerCase(Locale.ROOT).contains("password=")) {
                throw refused("store.url", "a password does not belong into it; use store.password-file");
            }
        });
        store.passwordFile().ifPresent(file -> checkReadable("store.password-file", file));
    }

    private static void checkHubs(Config config) {
        Set<String> seen = new HashSet<>();
        for (Config.Hub hub : config.hubs()) {
            Stream.concat(Stream.of(hub.name()), hub.aliases().stream()).forEach(name -> {
                if (!HOST_NAME.matcher(name).matches()) {
                    throw refused("hubs", "'" + name + "' is no host name");
                }
                if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                    throw refused("hubs", "the name '" + name + "' is there twice");
                }
            });
        }
    }

    private static void checkAuthorities(Config.Authorities authorities) {
        authorities.passwordFile().ifPresent(file -> checkReadable("authorities.password-file", file));
        Set<String> seen = new HashSet<>(Set.of(KeyVaults.FILES));
        for (Config.Token token : authorities.tokens()) {
            if (!TOKEN_NAME.matcher(token.name()).matches()) {
                throw refused("authorities.tokens.name", "it must have 1 to 32 letters, digits and '-'");
            }
            if (token.slot().isPresent() && token.label().isPresent()) {
                throw refused("authorities.tokens", "'" + token.name() + "' has both a slot and a label; one will do");
            }
            checkReadable("authorities.tokens.library", token.library());
            checkReadable("authorities.tokens.pin-file", token.pinFile());
            if (!seen.add(token.name())) {
                throw refused("authorities.tokens", "the name '" + token.name() + "' is there twice, or is built in");
            }
        }
        Duration timeout = authorities.foreign().timeout();
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST_WAIT) > 0) {
            throw refused("authorities.foreign.timeout", "it must be between 1s and 59s, or devices give up");
        }
        authorities.publicUrl().ifPresent(url -> {
            if (!url.matches("https?://[^\\s?#]+")) {
                throw refused("authorities.public-url", "'" + url + "' is no http or https URL without a query");
            }
        });
    }

    private static void checkReadable(String key, Path file) {
        if (!Files.isReadable(file)) {
            throw refused(key, "the file " + file + " is missing or cannot be read");
        }
    }

    private static Refusal refused(String key, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The configuration is not valid.",
                new Explanation(key, rule, "correct the configuration file"));
    }
}
