package dev.muster.pki.revocation;

/** Port to what others publish of the certificates that they issued. Safe for any number of threads, which wait. */
public interface RevocationSource {
    /**
     * A CRL.
     *
     * @param url as a certificate has it
     * @return at most {@link ForeignCrl#MAX_BYTES}, not looked at
     */
    byte[] list(String url) throws Unavailable;

    /**
     * What an OCSP responder answers.
     *
     * @param url as a certificate has it
     * @param request DER
     * @return at most {@link OcspJudge#MAX_BYTES}, not looked at
     */
    byte[] status(String url, byte[] request) throws Unavailable;

    /** There is nothing to be had, for the time being. The reason is for the owner. */
    final class Unavailable extends Exception {
        private final String reason;

        public Unavailable(String reason) {
            super(reason);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }
}
