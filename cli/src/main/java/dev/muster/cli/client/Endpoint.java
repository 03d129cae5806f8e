package dev.muster.cli.client;

import java.net.InetSocketAddress;
import java.net.URI;

/** A host and a port that devices connect to. */
public record Endpoint(String host, int port) {
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    URI https(String pathAndQuery) {
        return URI.create("https://" + host + ":" + port + pathAndQuery);
    }
}
