package dev.muster.hub;

import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SasToken;
import dev.muster.base.Transactions;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import dev.muster.pki.RevocationGate;
import dev.muster.pki.Thumbprint;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** One hub's devices: who they are and whether they may connect. Safe for any number of threads. */
public final class Devices {
    /** Largest device-to-cloud message: body and properties, in bytes (IoT Hub quotas). */
    public static final int MAX_MESSAGE_BYTES = 256 * 1024;

    /** Tokens are checked when a device connects, and its clock may be off by as much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final String hub;
    private final DeviceIdentities identities;
    private final Twins storedTwins;
    private final DeviceTwins twins;
    private final Sessions sessions;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final RevocationGate revocations;

    /** Time, randomness, and whose certificates are not to be taken. */
    public record Ambient(InstantSource clock, RandomGenerator random, RevocationGate revocations) {}

    /** Where no certificate is ever revoked. */
    public Devices(
            String hub,
            DeviceIdentities identities,
            Twins twins,
            Sessions sessions,
            Transactions transactions,
            InstantSource clock,
            RandomGenerator random) {
        this(hub, identities, twins, sessions, transactions, new Ambient(clock, random, RevocationGate.OPEN));
    }

    public Devices(
            String hub,
            DeviceIdentities identities,
            Twins twins,
            Sessions sessions,
            Transactions transactions,
            Ambient ambient) {
        this.hub = hub.toLowerCase(Locale.ROOT);
        this.identities = identities;
        this.storedTwins = twins;
        this.twins = new DeviceTwins(this.hub, identities, twins, sessions, transactions, ambient.clock());
        this.sessions = sessions;
        this.transactions = transactions;
        this.clock = ambient.clock();
        this.random = ambient.random();
        this.revocations = ambient.revocations();
    }

    /** The hub's host name, lower case. */
    public String hub() {
        return hub;
    }

    /** The twins of these devices. */
    public DeviceTwins twins() {
        return twins;
    }

    /** What an owner decides of a device; the rest of its identity follows. */
    public record Definition(
            String deviceId, boolean enabled, String statusReason, Authentication authentication, boolean iotEdge) {}

    public Optional<DeviceIdentity> find(String deviceId) {
        return identities.find(hub, deviceId);
    }

    public Page<DeviceIdentity> page(Page.Request request) {
        return identities.page(hub, request);
    }

    public boolean isConnected(String deviceId) {
        return sessions.isConnected(hub, deviceId);
    }

    public DeviceIdentities.Count count() {
        return identities.count(hub);
    }

    /** How many are connected to this process. */
    public long connected() {
        return sessions.count(hub);
    }

    /** Several writes to this hub, as {@link Transactions#each}. */
    public List<Optional<Refusal>> each(List<Runnable> writes) {
        return transactions.each(writes);
    }

    /**
     * Creates or replaces a device. One that may no longer connect, or not with the credential that it came with, is
     * cut.
     *
     * @throws Refusal INVALID_ARGUMENT, or what the precondition throws
     */
    public DeviceIdentity put(Definition definition, Precondition precondition) {
        DeviceIdentity.checkId(definition.deviceId());
        return transactions.run(() -> replace(find(definition.deviceId()), definition, precondition));
    }

    /**
     * Creates or replaces a device in view of what it is; leaves it alone if there is no new definition.
     *
     * @param definition of the device with that id, given its identity if it has one
     * @throws Refusal INVALID_ARGUMENT
     */
    public void redefine(String deviceId, Function<Optional<DeviceIdentity>, Optional<Definition>> definition) {
        DeviceIdentity.checkId(deviceId);
        transactions.run(() -> {
            Optional<DeviceIdentity> before = find(deviceId);
            return definition
                    .apply(before)
                    .map(wanted -> replace(before, wanted, new Precondition.Always()))
                    .isPresent();
        });
    }

    /**
     * Lets a device in with another certificate, which it has asked for itself: its connection stays.
     *
     * @param former the one that it may go on to use
     * @throws Refusal DEVICE_NOT_FOUND
     */
    void admit(String deviceId, Thumbprint fresh, Thumbprint former) {
        transactions.run(() -> {
            DeviceIdentity before = find(deviceId)
                    .orElseThrow(() -> new Refusal(Reason.DEVICE_NOT_FOUND, "The device does not exist."));
            return write(
                    Optional.of(before),
                    new Definition(
                            deviceId,
                            before.enabled(),
                            before.statusReason(),
                            new Authentication.SelfSigned(Optional.of(fresh.hex()), Optional.of(former.hex())),
                            before.iotEdge()),
                    new Precondition.Always());
        });
    }

    private DeviceIdentity replace(Optional<DeviceIdentity> before, Definition definition, Precondition precondition) {
        DeviceIdentity after = write(before, definition, precondition);
        if (!after.enabled()) {
            end(after.deviceId(), "the device was disabled");
        } else if (before.isPresent() && !before.get().authentication().equals(after.authentication())) {
            end(after.deviceId(), "the device's credentials were changed");
        }
        return after;
    }

    private DeviceIdentity write(Optional<DeviceIdentity> before, Definition definition, Precondition precondition) {
        Instant now = clock.instant();
        boolean sameStatus = before.map(DeviceIdentity::enabled)
                .filter(enabled -> enabled == definition.enabled())
                .isPresent();
        DeviceIdentity after = new DeviceIdentity(
                hub,
                definition.deviceId(),
                before.map(DeviceIdentity::generationId).orElseGet(() -> Long.toString(random.nextLong(1L << 62))),
                Etag.random(random),
                definition.enabled(),
                definition.statusReason(),
                sameStatus ? before.orElseThrow().statusUpdated() : now,
                definition.authentication(),
                definition.iotEdge());
        identities.put(after, precondition);
        return after;
    }

    /** @throws Refusal DEVICE_NOT_FOUND, or what the precondition throws */
    public void delete(String deviceId, Precondition precondition) {
        transactions.run(() -> {
            identities.delete(hub, deviceId, precondition);
            storedTwins.delete(hub, deviceId);
            end(deviceId, "the device was deleted");
            return true;
        });
    }

    /** Not before the change is on disk, or the device could come back with what it had. */
    private void end(String deviceId, String why) {
        transactions.afterCommit(() -> sessions.end(hub, deviceId, why));
    }

    /**
     * Judges a device that connects.
     *
     * @throws Refusal UNAUTHORIZED, CERTIFICATE_REFUSED or DEVICE_DISABLED, the explanation saying which rule
     */
    public DeviceIdentity authenticate(String deviceId, Peer peer) {
        DeviceIdentity device = find(deviceId)
                .orElseThrow(() -> refused(deviceId, "no such device in hub " + hub, "register or create it first"));
        switch (device.authentication()) {
            case Authentication.SelfSigned selfSigned -> checkThumbprint(device, selfSigned, peer);
            case Authentication.Sas sas -> checkToken(device, sas, peer);
            case Authentication.CertificateAuthority() ->
                throw refused(
                        deviceId,
                        "authentication by certificate authority is not supported by this hub",
                        "give the device a thumbprint or a key");
        }
        if (!device.enabled()) {
            throw new Refusal(
                    Reason.DEVICE_DISABLED,
                    "Unauthorized",
                    new Explanation("device '" + deviceId + "'", "it is disabled", "enable it in hub " + hub));
        }
        return device;
    }

    /**
     * Lets a device in that proves who it is, and makes this its connection in place of another it may have.
     *
     * @throws Refusal as {@link #authenticate}
     */
    public DeviceIdentity connect(String deviceId, Peer peer, DeviceLink link) {
        DeviceIdentity device = authenticate(deviceId, peer);
        sessions.open(hub, deviceId, link);
        // Whoever changed the device before the session was open has found none to end.
        if (find(deviceId)
                .map(DeviceIdentity::etag)
                .filter(device.etag()::equals)
                .isPresent()) {
            return device;
        }
        try {
            return authenticate(deviceId, peer);
        } catch (Refusal refusal) {
            sessions.closed(hub, deviceId, link);
            throw refusal;
        }
    }

    /** Forgets a connection that is gone. */
    public void disconnected(String deviceId, DeviceLink link) {
        sessions.closed(hub, deviceId, link);
    }

    private void checkThumbprint(DeviceIdentity device, Authentication.SelfSigned enrolled, Peer peer) {
        Certificate leaf = peer.leaf()
                .orElseThrow(() -> refused(
                        device.deviceId(), "it presented no client certificate", "let it use its certificate and key"));
        Instant now = clock.instant();
        if (now.isBefore(leaf.notBefore()) || now.isAfter(leaf.notAfter())) {
            throw refused(
                    device.deviceId(),
                    "its certificate " + leaf.subject() + " is valid from " + leaf.notBefore() + " to "
                            + leaf.notAfter(),
                    "renew the certificate and register again");
        }
        boolean known = Stream.of(enrolled.primaryThumbprint(), enrolled.secondaryThumbprint())
                .flatMap(Optional::stream)
                .map(Thumbprint::new)
                .map(Thumbprint::hex)
                .anyMatch(hex -> hex.equals(leaf.thumbprint().hex()) || hex.equals(Thumbprint.sha1(leaf.der())));
        if (!known) {
            throw refused(
                    device.deviceId(),
                    "its certificate " + leaf.subject() + " has thumbprint " + leaf.thumbprint()
                            + ", which is not the one in the hub",
                    "register again with the provisioning service");
        }
        revocations.check(peer.certificates());
    }

    private void checkToken(DeviceIdentity device, Authentication.Sas keys, Peer peer) {
        SasToken token = peer.token()
                .orElseThrow(() -> refused(device.deviceId(), "it sent no token", "connect with the device's key"));
        String scope = (hub + "/devices/" + device.deviceId()).toLowerCase(Locale.ROOT);
        String audience = token.audience();
        if (!audience.substring(audience.indexOf('/') + 1).equals(scope.substring(hub.length() + 1))) {
            throw refused(device.deviceId(), "its token is for '" + audience + "'", "sign a token for '" + scope + "'");
        }
        if (token.expires().plus(CLOCK_SKEW).isBefore(clock.instant())) {
            throw refused(device.deviceId(), "its token expired at " + token.expires(), "check the device's clock");
        }
        if (!token.isSignedWith(keys.primaryKey()) && !token.isSignedWith(keys.secondaryKey())) {
            throw refused(
                    device.deviceId(),
                    "its token is signed with neither of the device's keys",
                    "copy a key of the device from the hub");
        }
    }

    private static Refusal refused(String deviceId, String rule, String remedy) {
        return new Refusal(
                Reason.UNAUTHORIZED, "Unauthorized", new Explanation("device '" + deviceId + "'", rule, remedy));
    }
}
