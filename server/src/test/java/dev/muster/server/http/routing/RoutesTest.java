package dev.muster.server.http.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.server.http.routing.Routes.Match;
import dev.muster.server.http.routing.Routes.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Targets and the routes that they take. */
class RoutesTest {
    private final Routes routes = new Routes();
    private final Route query = route();
    private final Route one = route();
    private final Route device = route();

    RoutesTest() {
        routes.add("POST", "/enrollments/query", query);
        routes.add("GET", "/enrollments/{id}", one);
        routes.add("POST", "/{idScope}/registrations/{registrationId}", device);
    }

    @Test
    void literal_winsOverPlaceholderWhateverItsCase() {
        assertThat(routes.match("POST", List.of("ENROLLMENTS", "Query"))).isEqualTo(new Match.Found(query, Map.of()));
    }

    @Test
    void literalWithoutTheMethod_givesWayToThePlaceholder() {
        assertThat(routes.match("GET", List.of("enrollments", "query")))
                .isEqualTo(new Match.Found(one, Map.of("id", "query")));
    }

    @Test
    void placeholders_areCaptured() {
        assertThat(routes.match("POST", List.of("0ne1", "registrations", "dev:1")))
                .isEqualTo(new Match.Found(device, Map.of("idScope", "0ne1", "registrationId", "dev:1")));
    }

    @Test
    void wrongMethod_isToldTheRightOnes() {
        assertThat(routes.match("PATCH", List.of("enrollments", "query")))
                .isEqualTo(new Match.NoSuchMethod(Set.of("GET", "POST")));
    }

    @Test
    void unknownPath_isNone() {
        assertThat(routes.match("GET", List.of())).isEqualTo(new Match.NoSuchPath());
        assertThat(routes.match("GET", List.of("a", "b", "c", "d"))).isEqualTo(new Match.NoSuchPath());
    }

    @Test
    void target_isDecodedSegmentBySegment() {
        Target target = Target.parse("//a%2Fb/dev%3A1+x/", "Api-Version=2019-03-31&x=%20&flag&x=2");

        assertThat(target.segments()).containsExactly("a/b", "dev:1+x");
        assertThat(target.query()).isEqualTo(Map.of("api-version", "2019-03-31", "x", " ", "flag", ""));
        assertThat(target.parameter("flag")).isEmpty();
    }

    @Test
    void malformedTarget_isRefused() {
        assertThatThrownBy(() -> Target.parse("/%g1", "")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> Target.parse("/devices/a%00b", "")).isInstanceOf(Refusal.class);
    }

    private static Route route() {
        return new Route(_ -> Answer.empty(204), ErrorStyle.PROVISIONING, 0);
    }
}
