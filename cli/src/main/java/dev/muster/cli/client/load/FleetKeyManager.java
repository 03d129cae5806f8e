package dev.muster.cli.client.load;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of many devices behind one TLS context, since a context for each would cost more than the handshakes. A
 * connection says which device it is by its engine's peer host, which goes no further: without a dot in it, it is not
 * sent as a server name. Safe for any number of threads.
 */
final class FleetKeyManager extends X509ExtendedKeyManager {
    private final Map<String, LoadDevice> devices = new ConcurrentHashMap<>();

    void add(LoadDevice device) {
        if (device.registrationId().contains(".")) {
            throw new IllegalArgumentException("a registration id with a dot would be sent as a server name");
        }
        devices.put(device.registrationId(), device);
    }

    void remove(LoadDevice device) {
        devices.remove(device.registrationId());
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return engine.getPeerHost();
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        LoadDevice device = devices.get(alias);
        return device == null ? null : device.x509Chain();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        LoadDevice device = devices.get(alias);
        return device == null ? null : device.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
