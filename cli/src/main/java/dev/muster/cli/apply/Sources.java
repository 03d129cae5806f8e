package dev.muster.cli.apply;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What a setup file names instead of saying it: files beside it, and variables. Mistakes become its problems. */
final class Sources {
    private final Path base;
    private final Map<String, String> environment;

    /** @param base what paths are relative to */
    Sources(Path base, Map<String, String> environment) {
        this.base = base;
        this.environment = environment;
    }

    Optional<Path> path(Mapping item, String key) {
        return item.text(key).map(base::resolve);
    }

    Optional<Certificate> requiredCertificate(Mapping item, String key) {
        item.required(key);
        return certificate(item, key);
    }

    /** The first certificate of a file in PEM or DER. */
    Optional<Certificate> certificate(Mapping item, String key) {
        return path(item, key).flatMap(file -> read(item, key, file)).flatMap(content -> {
            try {
                return Optional.of(Pem.certificates(content).getFirst());
            } catch (Refusal refusal) {
                item.problem(key, reason(refusal));
                return Optional.empty();
            }
        });
    }

    /** The text in a file, without the white space around it. */
    Optional<String> text(Mapping item, String key) {
        return path(item, key)
                .flatMap(file -> read(item, key, file))
                .map(content -> new String(content, StandardCharsets.UTF_8).strip());
    }

    Optional<String> variable(Mapping item, String key) {
        return item.text(key).flatMap(name -> {
            Optional<String> value = Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
            if (value.isEmpty()) {
                item.problem(key, "the environment has no variable '" + name + "'");
            }
            return value;
        });
    }

    /** @param password of a key that is encrypted */
    Optional<Issuer> issuer(Mapping item, Certificate certificate, Path file, Optional<char[]> password) {
        return read(item, "key", file).flatMap(content -> {
            String text = new String(content, StandardCharsets.ISO_8859_1);
            if (text.contains("ENCRYPTED") && password.isEmpty()) {
                item.problem("key", "it is encrypted; name the file with its password as 'key-password-file'");
                return Optional.empty();
            }
            try {
                return Optional.of(Issuer.of(
                        certificate, Pem.privateKey(text, password), InstantSource.system(), new SecureRandom()));
            } catch (Refusal refusal) {
                item.problem("key", reason(refusal));
                return Optional.empty();
            }
        });
    }

    /** What a refusal says, on one line. */
    static String reason(Refusal refusal) {
        return refusal.explanation().map(Explanation::rule).orElseGet(refusal::text);
    }

    private static Optional<byte[]> read(Mapping item, String key, Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                item.problem(key, "there is no file " + file);
            } else if (Files.size(file) > Pem.MAX_BYTES) {
                item.problem(key, file + " is larger than " + Pem.MAX_BYTES / 1024 + " KB");
            } else {
                return Optional.of(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            item.problem(key, file + " cannot be read: " + e);
        }
        return Optional.empty();
    }
}
