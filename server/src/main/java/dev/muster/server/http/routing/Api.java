package dev.muster.server.http.routing;

import dev.muster.server.http.HttpFrontEnd;

/** Operations under paths of their own, for {@link HttpFrontEnd} to serve. */
public interface Api {
    void addTo(Routes routes);
}
