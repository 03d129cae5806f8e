package dev.muster.cli.client.load;

/** The versions of TLS that devices speak. */
public enum TlsVersion {
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String number;

    TlsVersion(String number) {
        this.number = number;
    }

    /** The number alone. */
    @Override
    public String toString() {
        return number;
    }

    /** As Java and BoringSSL call it. */
    String protocol() {
        return "TLSv" + number;
    }
}
