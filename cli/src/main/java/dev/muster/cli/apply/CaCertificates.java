package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.CaCertificatesApi;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The CA certificates of a service. For one thread. */
final class CaCertificates implements Catalog<Declared.CaCertificate> {
    private final CaCertificatesApi api;

    CaCertificates(CaCertificatesApi api) {
        this.api = api;
    }

    @Override
    public Optional<Found> find(Declared.CaCertificate declared) throws IOException, InterruptedException {
        return ServerCall.ifThere(() -> api.find(declared.name())).map(CaCertificates::found);
    }

    @Override
    public List<Found> deletable() throws IOException, InterruptedException {
        return api.list().stream().map(CaCertificates::found).toList();
    }

    @Override
    public void create(Declared.CaCertificate declared) throws IOException, InterruptedException {
        verify(declared, api.add(declared.name(), declared.certificate(), declared.vouchedFor()));
    }

    @Override
    public void change(Declared.CaCertificate declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        boolean sameCertificate =
                differences.stream().noneMatch(difference -> difference.member().equals("thumbprint"));
        verify(
                declared,
                sameCertificate && !declared.vouchedFor()
                        ? found.document()
                        : api.replace(found.document(), declared.certificate(), declared.vouchedFor()));
    }

    @Override
    public void delete(Found found) throws IOException, InterruptedException {
        api.delete(found.document());
    }

    private void verify(Declared.CaCertificate declared, Document uploaded) throws IOException, InterruptedException {
        if (declared.issuer().isPresent() && !uploaded.isTrue("properties", "isVerified")) {
            api.prove(uploaded, declared.issuer().get());
        }
    }

    private static Found found(Document document) {
        Map<String, String> members = new TreeMap<>();
        members.put(
                "thumbprint",
                Pem.certificates(document.text("properties", "certificate"))
                        .getFirst()
                        .thumbprint()
                        .hex());
        members.put("verified", Boolean.toString(document.isTrue("properties", "isVerified")));
        return new Found(document.text("name"), members, document);
    }
}
