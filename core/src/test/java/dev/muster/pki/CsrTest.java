package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.io.IOException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsrTest {
    private static final KeyPair KEYS = TestAuthority.newKeys("EC", 256);

    @ParameterizedTest
    @CsvSource({"EC,256", "EC,384", "EC,521", "RSA,2048"})
    void ownRequest_isReadAgain(String family, int bits) {
        KeyPair keys = TestAuthority.newKeys(family, bits);

        Csr request = Csr.parse(Csr.of("device-1", keys).der());

        assertThat(request.commonName()).contains("device-1");
        assertThat(request.key()).isEqualTo(keys.getPublic());
    }

    @Test
    void text_isReadInEverySpelling() {
        Csr request = Csr.of("device-1", KEYS);
        String base64 = Base64.getEncoder().encodeToString(request.der());

        assertThat(Csr.parseText(base64).der()).isEqualTo(request.der());
        assertThat(Csr.parseText(base64.substring(0, 60) + "\r\n" + base64.substring(60) + "\n")
                        .der())
                .isEqualTo(request.der());
        assertThat(Csr.parseText(request.pem()).der()).isEqualTo(request.der());
        assertThat(Csr.parseText(request.pem().replace("BEGIN ", "BEGIN NEW ").replace("END ", "END NEW "))
                        .der())
                .isEqualTo(request.der());
    }

    @Test
    void namesAndPassword_ofOthersRequest_areRead() throws Exception {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "device.example"),
            new GeneralName(GeneralName.iPAddress, "10.0.0.7"),
            new GeneralName(GeneralName.rfc822Name, "not@read")
        }));
        Csr request = Csr.parse(signed(builder("CN=a,CN=device-2")
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERPrintableString("c2VjcmV0"))));

        assertThat(request.commonName()).contains("device-2");
        assertThat(request.alternativeNames()).containsExactly("device.example", "10.0.0.7");
        assertThat(request.challengePassword()).contains("c2VjcmV0");
    }

    @Test
    void request_withoutProofOfTheKey_isRefused() {
        byte[] der = Csr.of("device-1", KEYS).der();
        byte[] renamed = der.clone();
        renamed[indexOf(der, (byte) '1')] = '2';

        assertRefused(renamed, "signature");
    }

    @Test
    void garbage_isRefused() {
        byte[] der = Csr.of("device-1", KEYS).der();

        assertRefused(new byte[0], "cannot be read");
        assertRefused(new byte[] {0x30, 0}, "cannot be read");
        assertRefused(Arrays.copyOf(der, der.length - 1), "cannot be read");
        assertRefused(Arrays.copyOf(der, der.length + 1), "");
        assertRefused(new byte[Csr.MAX_DER_BYTES + 1], "8192");
        assertThatThrownBy(() -> Csr.parseText("%%%")).hasMessageContaining("base64");
        assertThatThrownBy(() -> Csr.parseText("A".repeat(100_000))).isInstanceOf(Refusal.class);
    }

    /** A certificate is no request, whatever it says. */
    @Test
    void certificate_isRefused() {
        assertRefused(TestAuthority.root("CN=root").certificate().der(), "cannot be read");
    }

    private static void assertRefused(byte[] der, String text) {
        assertThatThrownBy(() -> Csr.parse(der)).isInstanceOf(Refusal.class).hasMessageContaining(text);
    }

    private static PKCS10CertificationRequestBuilder builder(String subject) {
        return new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), KEYS.getPublic());
    }

    private static byte[] signed(PKCS10CertificationRequestBuilder builder)
            throws IOException, OperatorCreationException {
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate()))
                .getEncoded();
    }

    private static int indexOf(byte[] bytes, byte wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted && bytes[i - 1] == '-') {
                return i;
            }
        }
        throw new AssertionError();
    }
}
