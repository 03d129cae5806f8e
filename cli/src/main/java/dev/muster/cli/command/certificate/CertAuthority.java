package dev.muster.cli.command.certificate;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An authority in files: ours, or those of Microsoft's Node tool, {@code create_test_cert.js}.
 *
 * @param issuers the certificates above it, nearest first, without a root
 */
record CertAuthority(Certificate certificate, PrivateKey key, List<Certificate> issuers) {
    private static final String NODE_ENDING = "_cert.pem";

    CertAuthority {
        issuers = List.copyOf(issuers);
    }

    /** @throws Refusal INVALID_ARGUMENT when no file or several have that name */
    static CertAuthority find(Path directory, String name) throws IOException {
        CertFiles ours = CertFiles.named(directory, name);
        if (Files.exists(ours.certificate())) {
            return read(ours.certificate(), ours.key(), Optional.of(ours.chain()));
        }
        List<Path> theirs = nodeFiles(directory, name);
        if (theirs.size() != 1) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "There is no authority '" + name + "'.",
                    new Explanation(
                            "directory " + directory.toAbsolutePath().normalize(),
                            theirs.isEmpty()
                                    ? "it has no file " + ours.certificate().getFileName()
                                    : "it has several files of that name: " + theirs,
                            "give --directory, or make one: muster cert root '" + name + "'"));
        }
        String file = theirs.getFirst().toString();
        String base = file.substring(0, file.length() - NODE_ENDING.length());
        return read(theirs.getFirst(), Path.of(base + "_key.pem"), Optional.of(Path.of(base + "_fullchain.pem")));
    }

    private static CertAuthority read(Path file, Path keyFile, Optional<Path> chainFile) throws IOException {
        return read(file, keyFile, chainFile, new CertPassword());
    }

    /** @param password of the key, read if the key is encrypted */
    static CertAuthority read(Path file, Path keyFile, Optional<Path> chainFile, CertPassword password)
            throws IOException {
        Certificate certificate = Pem.certificates(Files.readAllBytes(file)).getFirst();
        List<Certificate> issuers = new ArrayList<>();
        if (chainFile.isPresent() && Files.exists(chainFile.get())) {
            Pem.certificates(Files.readAllBytes(chainFile.get())).stream()
                    .filter(each -> !each.equals(certificate) && !each.isSelfIssued())
                    .forEach(issuers::add);
        }
        return new CertAuthority(certificate, readKey(keyFile, password), issuers);
    }

    /**
     * What a device sends: its own certificate and its issuers', without the root. TLS lets the root be left out (RFC
     * 8446 section 4.4.2), every verifier has its own copy, and small devices are spared its bytes.
     */
    List<Certificate> chainOf(Certificate issued) {
        List<Certificate> chain = new ArrayList<>(List.of(issued));
        if (!certificate.isSelfIssued()) {
            chain.add(certificate);
        }
        chain.addAll(issuers);
        return chain;
    }

    @Override
    public String toString() {
        return certificate.subject();
    }

    private static PrivateKey readKey(Path file, CertPassword password) throws IOException {
        String text = Files.readString(file);
        if (!text.contains("ENCRYPTED")) {
            return Pem.privateKey(text, Optional.empty());
        }
        char[] secret = password.read("the key in " + file);
        try {
            return Pem.privateKey(text, Optional.of(secret));
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** That tool writes names in camel case; so any spelling with the same letters is taken. */
    private static List<Path> nodeFiles(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(NODE_ENDING))
                    .filter(file -> {
                        String own = file.getFileName().toString();
                        return letters(own.substring(0, own.length() - NODE_ENDING.length()))
                                .equals(letters(name));
                    })
                    .sorted()
                    .toList();
        }
    }

    private static String letters(String name) {
        return name.replaceAll("[_.\\- ]", "").toLowerCase(Locale.ROOT);
    }
}
