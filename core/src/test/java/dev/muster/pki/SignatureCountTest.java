package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The speed of a registration rests on this: of a known authority's new device only one signature is verified. */
class SignatureCountTest {
    private static final AtomicInteger VERIFIED = new AtomicInteger();

    @Test
    void newLeafOfAKnownAuthority_costsOneVerification() {
        TestAuthority root = TestAuthority.root("CN=Root");
        TestAuthority plant = root.intermediate("CN=Plant");
        register(List.of(plant.leaf("CN=first"), plant.certificate()), root.certificate());

        Provider counting = new Counting();
        Security.insertProviderAt(counting, 1);
        try {
            byte[] leaf = plant.leaf("CN=second").der();
            VERIFIED.set(0);
            register(
                    List.of(
                            Certificate.parse(leaf),
                            Certificate.parse(plant.certificate().der())),
                    root.certificate());
        } finally {
            Security.removeProvider(counting.getName());
        }

        assertThat(VERIFIED).hasValue(1);
    }

    private static void register(List<Certificate> presented, Certificate anchor) {
        ChainValidator validator = new ChainValidator();
        KnownAuthorities known =
                subject -> subject.equals(anchor.x509().getSubjectX500Principal()) ? List.of(anchor) : List.of();
        validator.validate(validator.build(presented, known), anchor, NOW);
    }

    private static final class Counting extends Provider {
        Counting() {
            super("Counting", "1", "counts verifications");
            put("Signature.SHA256withECDSA", CountingSignature.class.getName());
        }

        // Found through our own class loader, which the JDK's default does not know.
        @Override
        public Service getService(String type, String algorithm) {
            return type.equals("Signature") && algorithm.equals("SHA256withECDSA")
                    ? new Service(this, type, algorithm, CountingSignature.class.getName(), null, null) {
                        @Override
                        public Object newInstance(@Nullable Object parameter) {
                            return new CountingSignature();
                        }
                    }
                    : super.getService(type, algorithm);
        }
    }

    /** Leaves the work to the JDK. */
    private static final class CountingSignature extends SignatureSpi {
        private final Signature signature;

        CountingSignature() {
            try {
                signature = Signature.getInstance("SHA256withECDSA", Security.getProvider("SunEC"));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            signature.initVerify(key);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            signature.initSign(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            signature.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            signature.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            return signature.sign();
        }

        @Override
        protected boolean engineVerify(byte[] bytes) throws SignatureException {
            VERIFIED.incrementAndGet();

            return signature.verify(bytes);
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
