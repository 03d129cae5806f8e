package dev.muster.certification;

import dev.muster.base.Page;
import dev.muster.certification.CertificateRequest.State;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What owners decide on, in memory; its lists have no second page. For one thread at a time. */
final class RequestsInMemory implements CertificateRequests {
    private final Map<String, CertificateRequest> requests = new LinkedHashMap<>();

    @Override
    public Optional<CertificateRequest> find(String id) {
        return Optional.ofNullable(requests.get(id));
    }

    @Override
    public void put(CertificateRequest request) {
        requests.put(request.id(), request);
    }

    @Override
    public void delete(String id) {
        requests.remove(id);
    }

    @Override
    public List<CertificateRequest> of(String device) {
        return requests.values().stream()
                .filter(request -> request.device().equalsIgnoreCase(device))
                .toList();
    }

    @Override
    public Page<CertificateRequest> list(boolean undecidedOnly, Page.Request request) {
        return new Page<>(
                requests.values().stream()
                        .filter(each -> !undecidedOnly || each.state() instanceof State.Waiting)
                        .limit(request.size())
                        .toList(),
                Optional.empty());
    }

    @Override
    public long count() {
        return requests.size();
    }

    @Override
    public void expire(Instant now) {
        requests.values().removeIf(request -> !now.isBefore(request.expires()));
    }
}
