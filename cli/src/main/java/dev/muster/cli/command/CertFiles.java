package dev.muster.cli.command;

import java.nio.file.Path;
import java.util.List;

/** The files of one certificate, all named after it. */
record CertFiles(Path directory, String base) {
    /** Letters outside the ones that every file system takes become hyphens, so that no name leads elsewhere. */
    static CertFiles named(Path directory, String name) {
        String base = name.strip().replaceAll("[^A-Za-z0-9._-]", "-");
        return new CertFiles(directory, base.startsWith(".") ? "-" + base.substring(1) : base);
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

    List<Path> all(boolean withPkcs12) {
        return withPkcs12 ? List.of(certificate(), key(), chain(), pkcs12()) : List.of(certificate(), key(), chain());
    }

    private Path file(String ending) {
        return directory.resolve(base + ending);
    }
}
