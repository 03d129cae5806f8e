package dev.muster.server.amqp;

import dev.muster.server.fuzz.AtOnce;
import dev.muster.server.fuzz.Client;
import dev.muster.server.fuzz.FuzzTarget;
import dev.muster.server.mqtt.Provisioning;
import io.netty.channel.ChannelPipeline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.Receiver;
import org.apache.qpid.proton.engine.Sender;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;
import org.apache.qpid.proton.message.Message;

/** AMQP's frames, from the engine down to the registrar. The samples are what a client said to us. */
public final class AmqpTarget implements FuzzTarget {
    private static final int INPUTS_FOR_A_SERVICE = 2000;
    private static final int ROUND_TRIPS = 8;

    private final List<byte[]> samples;
    private Provisioning service = new Provisioning();
    private int inputs;

    public AmqpTarget() {
        this.samples = List.of(recorded(Optional.empty()), recorded(Optional.of(service.token())), tpm());
    }

    @Override
    public List<byte[]> samples() {
        return samples;
    }

    @Override
    public void take(byte[] input) {
        inputs++;
        if (inputs % INPUTS_FOR_A_SERVICE == 0) {
            service = new Provisioning();
        }
        try (Client client = new Client(this::addAmqp)) {
            client.send(input);
        }
    }

    private void addAmqp(ChannelPipeline pipeline) {
        pipeline.addLast(new AmqpConnection(
                pipeline.channel(),
                "AMQPS",
                new AmqpFrontEnd.Shared(
                        service.services(), new AtOnce(), AtOnce.NEVER, AmqpFrontEnd.Limits.defaults())));
    }

    private byte[] recorded(Optional<String> token) {
        String address = service.idScope() + "/registrations/dev1";
        Transport transport = Transport.Factory.create();
        token.ifPresent(password -> {
            transport.sasl().client();
            transport.sasl().plain(address, password);
        });
        Connection connection = Connection.Factory.create();
        transport.bind(connection);
        connection.setContainer("fuzz");
        connection.open();
        Session session = connection.session();
        session.open();
        Receiver receiver = session.receiver("in");
        Source source = new Source();
        source.setAddress(address);
        receiver.setSource(source);
        receiver.setTarget(new Target());
        receiver.open();
        receiver.flow(10);
        Sender sender = session.sender("out");
        Target target = new Target();
        target.setAddress("amqps://host/" + address);
        sender.setTarget(target);
        sender.setSource(new Source());
        sender.setProperties(Map.of(Symbol.valueOf("com.microsoft:api-version"), "2019-03-31"));
        sender.open();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (Client client = new Client(this::addAmqp)) {
            for (int trip = 0; trip < ROUND_TRIPS; trip++) {
                if (sender.getCredit() > 0 && trip < ROUND_TRIPS - 1) {
                    send(sender, trip);
                }
                byte[] bytes = bytesOf(transport);
                said.writeBytes(bytes);
                take(transport, client.send(bytes));
            }
        }
        return said.toByteArray();
    }

    private static void send(Sender sender, int trip) {
        Message message = Message.Factory.create();
        message.setCorrelationId("c" + trip);
        message.setApplicationProperties(new ApplicationProperties(
                trip % 2 == 0
                        ? Map.of("iotdps-operation-type", "iotdps-register")
                        : Map.of("iotdps-operation-type", "iotdps-get-operationstatus", "iotdps-operation-id", "4.5")));
        message.setBody(new Data(new Binary("{\"registrationId\":\"dev1\"}".getBytes(StandardCharsets.UTF_8))));
        byte[] encoded = new byte[512];
        int length = message.encode(encoded, 0, encoded.length);
        sender.delivery(new byte[] {(byte) trip});
        sender.send(encoded, 0, length);
        sender.advance();
    }

    private static byte[] bytesOf(Transport transport) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int pending = transport.pending(); pending > 0; pending = transport.pending()) {
            byte[] part = new byte[pending];
            transport.head().get(part);
            transport.pop(pending);
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static void take(Transport transport, byte[] bytes) {
        int taken = 0;
        while (taken < bytes.length) {
            int part = Math.min(transport.capacity(), bytes.length - taken);
            transport.tail().put(bytes, taken, part);
            transport.process();
            taken += part;
        }
    }

    /** Header, sasl-init and two responses of the mechanism TPM, by hand (AMQP 1.0 section 5.3.3). */
    private byte[] tpm() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0});
        byte[] init = ("\0" + service.idScope() + "\0dev1\0").getBytes(StandardCharsets.US_ASCII);
        all.writeBytes(frame(0x41, new byte[] {(byte) 0xA3, 3, 'T', 'P', 'M'}, init));
        all.writeBytes(frame(0x43, new byte[0], new byte[] {0, 0, 4, 1, 2, 3, 4}));
        all.writeBytes(frame(0x43, new byte[0], new byte[] {0}));
        return all.toByteArray();
    }

    private static byte[] frame(int code, byte[] first, byte[] binary) {
        int list = 1 + first.length + 2 + binary.length;
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(new byte[] {0, 0, 0, (byte) (8 + 3 + 2 + list), 2, 1, 0, 0, 0, 0x53, (byte) code});
        frame.writeBytes(new byte[] {(byte) 0xC0, (byte) list, (byte) (first.length == 0 ? 1 : 2)});
        frame.writeBytes(first);
        frame.writeBytes(new byte[] {(byte) 0xA0, (byte) binary.length});
        frame.writeBytes(binary);
        return frame.toByteArray();
    }
}
