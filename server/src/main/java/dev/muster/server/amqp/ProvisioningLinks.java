package dev.muster.server.amqp;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.provisioning.Answer;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.tls.Caller;
import dev.muster.server.wire.DeviceBodies;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.amqp.transport.ErrorCondition;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.engine.Delivery;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * The links of one connection: a device sends its requests on one and gets its answers on another, both with the
 * device's address. Requests are worked on one at a time. Used on the connection's event loop.
 */
final class ProvisioningLinks {
    private static final int MAX_MESSAGE_BYTES = DeviceBodies.MAX_BODY_BYTES + 4 * 1024;

    /** The SDKs have one request at a time. */
    private static final int CREDIT = 8;

    private static final int MAX_WAITING = 2 * CREDIT;
    private static final int MAX_LINKS = 8;
    private static final Symbol API_VERSION = Symbol.valueOf("com.microsoft:api-version");
    private static final Symbol CLIENT_VERSION = Symbol.valueOf("com.microsoft:client-version");
    private static final String JAVA_SDK = "com.microsoft.azure.sdk.iot.dps";

    private final Caller caller;
    private final ProvisioningSession.Services services;
    private final Host host;
    private final Map<DeviceAddress, ReplyLink> replies = new HashMap<>(1);
    private final Queue<Request> waiting = new ArrayDeque<>(1);
    private int open;

    /** The connection. */
    interface Host {
        Login login();

        boolean isAtWork();

        /** Works it out away from the event loop and comes back with the result; not while it is at work. */
        <T> void work(Supplier<T> blocking, Consumer<T> then);

        /** Tells the client why and hangs up. */
        void violated(String condition, String rule);
    }

    /**
     * Where a device's requests come in.
     *
     * @param java whether the client is the Java SDK, which misses answers that come at once, and shows an error only
     *     if it comes as an answer
     */
    private record Inbox(Receiver receiver, DeviceAddress address, ProvisioningSession session, boolean java) {}

    private record Request(
            Inbox inbox,
            Delivery delivery,
            ProvisioningRequest asked,
            @Nullable Object correlationId) {}

    ProvisioningLinks(Caller caller, ProvisioningSession.Services services, Host host) {
        this.caller = caller;
        this.services = services;
        this.host = host;
    }

    /** Whether the client is to be kept from sending more. */
    boolean isBusy() {
        return waiting.size() >= CREDIT;
    }

    /** The client attached a link. */
    void attached(Link link) {
        open++;
        if (open > MAX_LINKS) {
            host.violated("amqp:resource-limit-exceeded", "more than " + MAX_LINKS + " links");
            return;
        }
        String text = address(link);
        Optional<DeviceAddress> address = DeviceAddress.parse(text);
        if (address.isEmpty()) {
            refuse(link, unknown(text));
        } else if (host.login()
                .device()
                .filter(device -> !device.isSameDevice(address.get()))
                .isPresent()) {
            Refusal refusal = otherDevice(address.get());
            session(address.get(), Optional.empty(), false).turnAway(refusal);
            refuse(link, Conditions.of("amqp:unauthorized-access", refusal.text()));
        } else {
            accept(link, address.get());
        }
    }

    /** The client detached or closed a link, or its session. */
    void detached(Link link) {
        open--;
        if (link.getLocalState() != EndpointState.CLOSED) {
            link.close();
        }
        replies.values().removeIf(reply -> reply.isOn(link));
        link.free();
    }

    /** The client gave credit or took it back. */
    void flow(Link link) {
        replies.values().stream().filter(reply -> reply.isOn(link)).forEach(ReplyLink::send);
    }

    /** Something of a message arrived, or the client settled one of ours. */
    void delivered(Delivery delivery) {
        if (!(delivery.getLink() instanceof Receiver receiver)
                || !(receiver.getContext() instanceof Inbox inbox)
                || !delivery.equals(receiver.current())) {
            return;
        }
        if (delivery.pending() > MAX_MESSAGE_BYTES) {
            host.violated("amqp:link:message-size-exceeded", "a message of more than " + MAX_MESSAGE_BYTES + " bytes");
        } else if (delivery.isAborted()) {
            receiver.advance();
            delivery.settle();
            receiver.flow(1);
        } else if (!delivery.isPartial()) {
            byte[] bytes = new byte[delivery.pending()];
            receiver.recv(bytes, 0, bytes.length);
            receiver.advance();
            received(inbox, delivery, bytes);
        }
    }

    private void received(Inbox inbox, Delivery delivery, byte[] bytes) {
        if (waiting.size() >= MAX_WAITING) {
            host.violated("amqp:link:transfer-limit-exceeded", "more messages than there was credit for");
            return;
        }
        Message message = Message.Factory.create();
        try {
            message.decode(bytes, 0, bytes.length);
        } catch (RuntimeException e) {
            // The codec reports malformed bytes by whatever its parsing ran into.
            settle(inbox, delivery, new Rejected());
            return;
        }
        waiting.add(new Request(inbox, delivery, ProvisioningRequest.of(message), message.getCorrelationId()));
    }

    /** Takes the next request if it is time. */
    void proceed() {
        if (host.isAtWork()) {
            return;
        }
        Request request = waiting.poll();
        if (request != null) {
            Inbox inbox = request.inbox();
            host.work(() -> answer(inbox.session(), request.asked()), answer -> finish(request, answer));
        }
    }

    private Answer answer(ProvisioningSession session, ProvisioningRequest asked) {
        return switch (asked) {
            case ProvisioningRequest.Register(byte[] body) ->
                host.login().refused().map(session::refuse).orElseGet(() -> session.register(body));
            case ProvisioningRequest.Result(String operationId) -> session.result(operationId);
            case ProvisioningRequest.Unknown(String rule) ->
                session.refuse(new Refusal(Refusal.Reason.INVALID_ARGUMENT, rule));
        };
    }

    private void finish(Request request, Answer answer) {
        Inbox inbox = request.inbox();
        if (inbox.receiver().getLocalState() != EndpointState.ACTIVE) {
            return;
        }
        if (answer instanceof Answer.Refused refused && !inbox.java()) {
            Rejected rejected = new Rejected();
            rejected.setError(Conditions.of(refused));
            settle(inbox, request.delivery(), rejected);
            return;
        }
        settle(inbox, request.delivery(), Accepted.getInstance());
        ReplyLink reply = replies.get(inbox.address());
        if (reply != null) {
            reply.send(answer, request.correlationId());
            if (reply.waiting() > MAX_WAITING) {
                host.violated("amqp:resource-limit-exceeded", "no credit for " + MAX_WAITING + " answers");
            }
        }
    }

    private static void settle(Inbox inbox, Delivery delivery, DeliveryState state) {
        delivery.disposition(state);
        delivery.settle();
        inbox.receiver().flow(1);
    }

    /** Some clients leave out their own end of a link; a link without both ends is a refused one. */
    private void accept(Link link, DeviceAddress address) {
        link.setSource(link.getRemoteSource() == null ? new Source() : link.getRemoteSource());
        link.setTarget(link.getRemoteTarget() == null ? new Target() : link.getRemoteTarget());
        link.setReceiverSettleMode(ReceiverSettleMode.FIRST);
        switch (link) {
            case Sender sender -> {
                sender.setSenderSettleMode(SenderSettleMode.MIXED);
                sender.open();
                replies.put(address, new ReplyLink(sender));
            }
            case Receiver receiver -> {
                boolean java = isJava(receiver);
                receiver.setSenderSettleMode(receiver.getRemoteSenderSettleMode());
                receiver.setMaxMessageSize(UnsignedLong.valueOf(MAX_MESSAGE_BYTES));
                receiver.setContext(
                        new Inbox(receiver, address, session(address, property(receiver, API_VERSION), java), java));
                receiver.open();
                receiver.flow(CREDIT);
            }
            default -> throw new IllegalStateException("a link that neither sends nor receives");
        }
    }

    private ProvisioningSession session(DeviceAddress address, Optional<String> apiVersion, boolean missesFastAnswers) {
        return new ProvisioningSession(host.login().of(address, apiVersion, missesFastAnswers), caller, services);
    }

    private static Refusal otherDevice(DeviceAddress address) {
        return new Refusal(
                Refusal.Reason.UNAUTHORIZED,
                "The connection is another device's.",
                new Explanation(
                        "device '" + address.registrationId() + "'",
                        "a link was attached for it on a connection that SASL gave to another device",
                        "let each device have a connection of its own"));
    }

    /** AMQP 1.0 section 2.6.3: attach without an end of our own, then detach with the error. */
    private static void refuse(Link link, ErrorCondition condition) {
        link.setSource(null);
        link.setTarget(null);
        link.open();
        link.setCondition(condition);
        link.close();
    }

    private static ErrorCondition unknown(String address) {
        boolean hub = address.startsWith("$") || address.contains("/devices/") || address.startsWith("devices/");
        return hub
                ? Conditions.of("amqp:not-implemented", "The hubs of this server do not speak AMQP; use MQTT.")
                : Conditions.of("amqp:not-found", "A link's address must be {idScope}/registrations/{registrationId}.");
    }

    private static String address(Link link) {
        String address = null;
        if (link instanceof Sender && link.getRemoteSource() instanceof Source source) {
            address = source.getAddress();
        } else if (link instanceof Receiver && link.getRemoteTarget() instanceof Target target) {
            address = target.getAddress();
        }
        return address == null ? "" : address;
    }

    private static boolean isJava(Link link) {
        return property(link, CLIENT_VERSION)
                .filter(version -> version.startsWith(JAVA_SDK))
                .isPresent();
    }

    private static Optional<String> property(Link link, Symbol name) {
        return Optional.ofNullable(link.getRemoteProperties())
                .map(properties -> properties.get(name))
                .map(Object::toString);
    }
}
