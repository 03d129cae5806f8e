package dev.muster.server.fuzz;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.server.wire.certificate.PortalBodies;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Shared access signatures, and tokens that certificates' holders sign. */
final class TokenTarget implements FuzzTarget {
    @Override
    public List<byte[]> samples() {
        return List.of(
                ascii(
                        "SharedAccessSignature sr=0ne1%2Fregistrations%2Fdev&sig=YWJj%2B%2f%3D&se=4102444800&skn=registration"),
                ascii("SharedAccessSignature sr=0ne1/registrations/dev&sig=YWJjZA==&skn=&se=4102444800"),
                ascii("SharedAccessSignature sig=YWJjZA%3d%3d&se=1&sr=https%3a%2f%2fhub.example:443%2fdevices%2fdev/"),
                ascii("eyJhbGciOiJSUzI1NiIsIng1dCI6IkFCIn0.eyJuYmYiOjEsImV4cCI6NDEwMjQ0NDgwMH0.YWJj"));
    }

    @Override
    public void take(byte[] input) {
        try {
            PortalBodies.parseToken(new String(input, StandardCharsets.UTF_8));
        } catch (Refusal refusal) {
            // As it should.
        }
        try {
            SasToken token = SasToken.parse(new String(input, StandardCharsets.UTF_8));
            token.expires();
            token.isSignedWith("YWJjZGVmZ2hpamtsbW5vcA==");
            token.audience();
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
