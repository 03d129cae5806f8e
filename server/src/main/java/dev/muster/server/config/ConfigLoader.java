package dev.muster.server.config;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.revocation.ForeignRevocations;
import dev.muster.pki.revocation.ForeignRevocations.Check;
import dev.muster.registration.Throttle;
import dev.muster.server.wire.certificate.RenewalBodies.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads {@code muster.yaml}. Paths in it are relative to the file; what it leaves out has the default. */
public final class ConfigLoader {
    private static final int MAX_PORT = 65535;
    private static final int MAX_PARTITIONS = 1024;
    private static final int MAX_NEWCOMERS = 1_000_000;
    private static final int MAX_PER_MINUTE = 10_000_000;

    private ConfigLoader() {}

    /**
     * @param defaultDataDirectory where the data is unless the file says otherwise
     * @throws Refusal INVALID_ARGUMENT, naming the key and the rule
     */
    public static Config load(Path file, Path defaultDataDirectory) {
        Path base = file.toAbsolutePath().getParent();
        Config config;
        try (Section root = new Section("", parse(file))) {
            config = read(root, base == null ? file : base, defaultDataDirectory);
        }
        ConfigValidator.check(config);
        return config;
    }

    private static Config read(Section root, Path base, Path defaultDataDirectory) {
        Path data = root.text("data-directory").map(base::resolve).orElse(defaultDataDirectory);
        Config defaults = Config.defaults(data);
        List<Config.Hub> hubs = root.sections("hubs", ConfigLoader::hub);
        return new Config(
                data,
                root.section("listen", section -> listen(section, defaults.listen())),
                root.section("tls", section -> tls(section, base)),
                root.section("store", section -> store(section, base)),
                root.section("provisioning", section -> provisioning(section, defaults.provisioning())),
                hubs.isEmpty() ? defaults.hubs() : hubs,
                root.section("events", section -> events(section, defaults.events())),
                root.section("authorities", section -> authorities(section, base, defaults.authorities())));
    }

    private static Config.Listen listen(Section section, Config.Listen defaults) {
        return new Config.Listen(
                section.text("address").orElse(defaults.address()),
                section.number("https", 0, MAX_PORT).orElse(defaults.https()),
                section.number("mqtt", 0, MAX_PORT).orElse(defaults.mqtt()),
                section.number("amqp", 0, MAX_PORT).orElse(defaults.amqp()),
                section.number("http", 0, MAX_PORT),
                section.number("newcomers", 1, MAX_NEWCOMERS).orElse(defaults.newcomers()));
    }

    private static Config.Tls tls(Section section, Path base) {
        return new Config.Tls(
                section.texts("names"),
                section.text("certificate").map(base::resolve),
                section.text("key").map(base::resolve),
                section.text("trust").map(base::resolve));
    }

    private static Config.Store store(Section section, Path base) {
        return new Config.Store(
                section.text("url"),
                section.text("user"),
                section.text("password-file").map(base::resolve));
    }

    private static Config.Provisioning provisioning(Section section, Config.Provisioning defaults) {
        return new Config.Provisioning(
                section.text("name").orElse(defaults.name()),
                section.duration("retry-after").orElse(defaults.retryAfter()),
                section.section("limits", ConfigLoader::limits));
    }

    private static Throttle.Limits limits(Section section) {
        return new Throttle.Limits(
                section.number("registrations-per-minute", 1, MAX_PER_MINUTE),
                section.number("polls-per-minute", 1, MAX_PER_MINUTE));
    }

    private static Config.Hub hub(Section section) {
        return new Config.Hub(
                section.text("name").orElseThrow(() -> section.refused("name", "a hub needs one")),
                section.texts("aliases"));
    }

    private static Config.Events events(Section section, Config.Events defaults) {
        return new Config.Events(
                section.number("partitions", 1, MAX_PARTITIONS).orElse(defaults.partitions()),
                section.duration("retention").orElse(defaults.retention()));
    }

    private static Config.Authorities authorities(Section section, Path base, Config.Authorities defaults) {
        return new Config.Authorities(
                section.text("password-file").map(base::resolve),
                section.sections("tokens", token -> token(token, base)),
                section.text("public-url"),
                section.duration("accept-expired").orElse(defaults.acceptExpired()),
                section.text("renewed-as").map(text -> form(section, text)).orElse(defaults.renewedAs()),
                section.section("foreign", foreign -> foreign(foreign, defaults.foreign())));
    }

    private static Config.Foreign foreign(Section section, Config.Foreign defaults) {
        return new Config.Foreign(
                new ForeignRevocations.Policy(
                        section.text("check")
                                .map(text -> check(section, text))
                                .orElse(defaults.policy().check()),
                        section.text("when-unknown")
                                .map(text -> isRefused(section, text))
                                .orElse(defaults.policy().refusesUnknown())),
                section.duration("timeout").orElse(defaults.timeout()),
                section.texts("hosts"));
    }

    private static Check check(Section section, String text) {
        return switch (text) {
            case "none" -> Check.NONE;
            case "crl" -> Check.CRL;
            case "ocsp" -> Check.OCSP;
            case "any" -> Check.ANY;
            default -> throw section.refused("check", "it must be none, crl, ocsp or any");
        };
    }

    private static boolean isRefused(Section section, String text) {
        return switch (text) {
            case "refuse" -> true;
            case "accept" -> false;
            default -> throw section.refused("when-unknown", "it must be refuse or accept");
        };
    }

    private static Form form(Section section, String text) {
        return switch (text) {
            case "der" -> Form.DER;
            case "pem" -> Form.PEM;
            default -> throw section.refused("renewed-as", "it must be der or pem");
        };
    }

    private static Config.Token token(Section section, Path base) {
        return new Config.Token(
                section.text("name").orElseThrow(() -> section.refused("name", "a token needs one")),
                section.text("library")
                        .map(base::resolve)
                        .orElseThrow(() -> section.refused("library", "it must name the token's PKCS#11 driver")),
                section.number("slot", 0, Integer.MAX_VALUE),
                section.text("label"),
                section.text("pin-file")
                        .map(base::resolve)
                        .orElseThrow(() -> section.refused("pin-file", "it must name the file with the user PIN")));
    }

    private static Map<?, ?> parse(Path file) {
        try {
            Object document = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            return switch (document) {
                case null -> Map.of();
                case Map<?, ?> map -> map;
                default -> throw refused(file, "it holds no keys", Optional.empty());
            };
        } catch (IOException e) {
            throw refused(file, "it cannot be read: " + e, Optional.of("check the path and its permissions"));
        } catch (YamlEngineException e) {
            throw refused(file, "it is not YAML: " + e.getMessage(), Optional.empty());
        }
    }

    private static Refusal refused(Path file, String rule, Optional<String> remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The configuration is not valid.",
                new Explanation(file.toString(), rule, remedy.orElse("correct the configuration file")));
    }
}
