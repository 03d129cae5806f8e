package dev.muster.pki.revocation;

import dev.muster.pki.Der;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;

/** Why there is no answer (RFC 6960 section 2.3); nobody signs that. */
public enum OcspError {
    MALFORMED_REQUEST(OCSPResponseStatus.MALFORMED_REQUEST),
    INTERNAL_ERROR(OCSPResponseStatus.INTERNAL_ERROR),
    TRY_LATER(OCSPResponseStatus.TRY_LATER),
    UNAUTHORIZED(OCSPResponseStatus.UNAUTHORIZED);

    private final int code;

    OcspError(int code) {
        this.code = code;
    }

    public byte[] der() {
        return Der.encode(new OCSPResponse(new OCSPResponseStatus(code), null));
    }
}
