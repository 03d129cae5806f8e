package dev.muster.server.tls;

import dev.muster.base.SasToken;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Turns a TLS session into the {@link Peer} that the domain judges. */
public final class PeerSession {
    private static final RecentIssuers ISSUERS = new RecentIssuers();

    private PeerSession() {}

    /** @throws dev.muster.base.Refusal CERTIFICATE_REFUSED for a certificate that cannot be parsed */
    public static Peer peer(SSLSession session, SocketAddress address, String transport, Optional<SasToken> token) {
        return new Peer(host(address), transport, certificates(session), token);
    }

    /** Whence the client came, without what it brought: for the record of what cannot be read. */
    public static Peer unread(SocketAddress address, String transport) {
        return new Peer(host(address), transport, List.of(), Optional.empty());
    }

    private static List<Certificate> certificates(SSLSession session) {
        try {
            java.security.cert.Certificate[] presented = session.getPeerCertificates();
            List<Certificate> certificates = new ArrayList<>(presented.length);
            for (java.security.cert.Certificate certificate : presented) {
                byte[] der = certificate.getEncoded();
                certificates.add(certificates.isEmpty() ? Certificate.parse(der) : ISSUERS.parse(der));
            }
            return List.copyOf(certificates);
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate from TLS is always encoded", e);
        }
    }

    private static String host(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : address.toString();
    }
}
