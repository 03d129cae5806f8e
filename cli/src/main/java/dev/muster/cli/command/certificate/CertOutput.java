package dev.muster.cli.command.certificate;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.server.wire.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what a command made, and says what to do with it. For one thread and one command. */
final class CertOutput {
    private final String kind;
    private final CertOptions options;
    private final List<Path> written = new ArrayList<>();

    CertOutput(String kind, CertOptions options) {
        this.kind = kind;
        this.options = options;
    }

    /** @throws Refusal ALREADY_EXISTS when a file is in the way; nothing was written then */
    void checkFree(List<Path> files) {
        for (Path file : files) {
            if (!options.force() && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new Refusal(
                        Refusal.Reason.ALREADY_EXISTS,
                        "Nothing was written.",
                        new Explanation(
                                file.toString(),
                                "it exists",
                                "choose another name or --directory, or let it be overwritten with --force"));
            }
        }
    }

    void write(CertFiles files, CertOptions.Made made, List<Certificate> chain) throws IOException {
        put(files.key(), Pem.write(made.key()).getBytes(StandardCharsets.US_ASCII), true);
        write(files.certificate(), made.certificate());
        put(files.chain(), Pem.write(chain).getBytes(StandardCharsets.US_ASCII), false);
    }

    void write(Path file, Certificate certificate) throws IOException {
        put(file, Pem.write(certificate).getBytes(StandardCharsets.US_ASCII), false);
    }

    void writePkcs12(CertFiles files, CertOptions.Made made, List<Certificate> chain, char[] password)
            throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    files.base(),
                    made.key(),
                    password,
                    chain.stream().map(Certificate::x509).toArray(java.security.cert.Certificate[]::new));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password);
            put(files.pkcs12(), bytes.toByteArray(), true);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform writes PKCS#12", e);
        }
    }

    /** @param next what to do now, one instruction a line */
    void print(PrintWriter out, Certificate certificate, String... next) {
        if (options.json()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("kind", kind);
            facts.put("subject", certificate.subject());
            facts.put("issuer", certificate.issuer());
            facts.put("notBefore", certificate.notBefore().toString());
            facts.put("notAfter", certificate.notAfter().toString());
            facts.put("sha256", certificate.thumbprint().hex());
            facts.put("sha1", Thumbprint.sha1(certificate.der()));
            facts.put("files", written.stream().map(Path::toString).toList());
            out.println(new String(Json.print(facts), StandardCharsets.UTF_8));
        } else {
            out.println("Made the " + kind + " certificate " + certificate.subject()
                    + (certificate.isSelfIssued() ? ", self-signed" : ", issued by " + certificate.issuer())
                    + ", valid until " + certificate.notAfter() + ".");
            written.forEach(file -> out.println("  wrote " + file));
            Arrays.stream(next).forEach(line -> out.println("Next: " + line));
        }
        out.flush();
    }

    private void put(Path file, byte[] content, boolean secret) throws IOException {
        // A temporary file belongs to its owner alone from the start (Files.createTempFile), and a half-written one
        // never bears the final name.
        Path draft = Files.createTempFile(Files.createDirectories(options.directory()), ".muster-", ".tmp");
        try {
            Files.write(draft, content);
            boolean posix = Files.getFileStore(draft).supportsFileAttributeView("posix");
            if (posix && !secret) {
                Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
            }
            if (options.force()) {
                Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(draft, file);
            }
        } finally {
            Files.deleteIfExists(draft);
        }
        written.add(file);
    }
}
