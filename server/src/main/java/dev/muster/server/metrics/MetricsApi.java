package dev.muster.server.metrics;

import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Routes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * The metrics in Prometheus's text format. Thread-safe.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus: exposition formats</a>
 */
final class MetricsApi implements Api {
    private static final List<Answer.Header> FORMAT =
            List.of(new Answer.Header("Content-Type", "text/plain; version=0.0.4; charset=utf-8"));

    private final Supplier<String> text;
    private final Administrator administrator;

    MetricsApi(Supplier<String> text, Administrator administrator) {
        this.text = text;
        this.administrator = administrator;
    }

    @Override
    public void addTo(Routes routes) {
        routes.add("GET", "/metrics", new Routes.Route(administrator.only(this::metrics), ErrorStyle.MANAGEMENT, 0));
    }

    private Answer metrics(Call call) {
        return new Answer(200, FORMAT, text.get().getBytes(StandardCharsets.UTF_8));
    }
}
