package dev.muster.server.mqtt;

import dev.muster.hub.DeviceIdentity;
import dev.muster.server.config.Config;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Measures what an idle connection of a device with its hub costs the server: {@code IdleConnections [count]}. The
 * clients are in a process of their own.
 */
final class IdleConnections {
    private static final Identity DEVICE = Identity.named("device");

    private IdleConnections() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            connect(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
            return;
        }
        int warmUp = 500;
        int count = arguments.length == 1 ? Integer.parseInt(arguments[0]) : 5000;
        Service service = new Service();
        for (int i = 0; i < count; i++) {
            service.create("device" + i, new DeviceIdentity.Authentication.Sas(Token.KEY, Token.KEY));
        }
        try (MqttFrontEnd frontEnd =
                MqttFrontEnd.start(new Config.Listen("127.0.0.1", 0, 0, 0), PlainTls.create(), service.services())) {
            Process first = clients(frontEnd.port(), warmUp);
            await(service, warmUp);
            first.destroy();
            await(service, 0);
            Memory before = Memory.now();
            Process clients = clients(frontEnd.port(), count);
            await(service, count);
            Memory after = Memory.now();
            clients.destroy();
            System.out.printf(
                    "%d connections: heap %d bytes each, resident %d bytes each%n",
                    count, (after.heap() - before.heap()) / count, (after.resident() - before.resident()) / count);
        }
    }

    private record Memory(long heap, long resident) {
        static Memory now() throws IOException, InterruptedException {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(1000);
            }
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            return new Memory(heap, resident);
        }
    }

    private static void await(Service service, int sessions) throws InterruptedException {
        while (service.sessions.count() != sessions) {
            Thread.sleep(100);
        }
    }

    private static Process clients(int port, int count) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdleConnections.class.getName(),
                        "" + port,
                        "" + count)
                .inheritIO()
                .start();
    }

    private static void connect(int port, int count) throws Exception {
        SslContext tls = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .keyManager(DEVICE.keys().getPrivate(), DEVICE.certificate())
                .trustManager(new PlainTls.Anybody())
                .endpointIdentificationAlgorithm("")
                .build();
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        for (int i = 0; i < count; i++) {
            String deviceId = "device" + i;
            CountDownLatch connected = new CountDownLatch(1);
            new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(tls.newHandler(channel.alloc()), new Device(deviceId, connected));
                        }
                    })
                    .connect("127.0.0.1", port)
                    .sync();
            connected.await();
        }
        Thread.sleep(Long.MAX_VALUE);
    }

    private static final class Device extends SimpleChannelInboundHandler<ByteBuf> {
        private final String deviceId;
        private final CountDownLatch connected;

        Device(String deviceId, CountDownLatch connected) {
            this.deviceId = deviceId;
            this.connected = connected;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // A device that cannot connect is one that the count misses.
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.pipeline()
                    .get(SslHandler.class)
                    .handshakeFuture()
                    .addListener(_ -> ctx.writeAndFlush(Unpooled.wrappedBuffer(Packets.connect(
                            "MQTT",
                            4,
                            0xC2,
                            0,
                            Packets.string(deviceId),
                            Packets.string(Service.HUB + "/" + deviceId + "/?api-version=2021-04-12"),
                            Packets.string(Token.of(deviceId))))));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf connack) {
            connected.countDown();
        }
    }
}
