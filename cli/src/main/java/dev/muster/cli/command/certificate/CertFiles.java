package dev.muster.cli.command.certificate;

import java.nio.file.Path;
import java.util.List;

/** The files of one certificate, all named after it. */
record CertFiles(Path directory, String base) {
    /** Letters that not every file system takes become hyphens, and none leads: no name reaches another directory. */
    static CertFiles named(Path directory, String name) {
        String base = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[.-]+", "");
        return new CertFiles(directory, base.isEmpty() ? "certificate" : base);
    }

    Path certificate() {
        return file(".cert.pem");
    }

    Path key() {
        return file(".key.pem");
    }

    Path chain() {
        return file(".chain.pem");
    }

    Path pkcs12() {
        return file(".p12");
    }

    /** What is written for every certificate that has a key of ours. */
    List<Path> all() {
        return List.of(certificate(), key(), chain());
    }

    private Path file(String ending) {
        return directory.resolve(base + ending).normalize();
    }
}
