package dev.muster.server.http;

/** Operations under paths of their own, for {@link HttpFrontEnd} to serve. */
public interface Api {
    void addTo(Routes routes);
}
