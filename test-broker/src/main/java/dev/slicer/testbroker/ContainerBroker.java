package dev.slicer.testbroker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.PortBinding;
import dev.slicer.broker.BrokerException;
import dev.slicer.broker.NodeSettings;
import dev.slicer.broker.NodeSettings.Listeners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** In a container; its topics are in there, and go with it. */
final class ContainerBroker implements TestBroker {
    private static final String HOST = "127.0.0.1";
    /** Where {@code apache/kafka} looks for settings that replace its own. */
    static final String SETTINGS = "/mnt/shared/config/server.properties";

    private static final String TOPICS = "/tmp/topics";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int STOP_LIMIT_SECONDS = 15;
    private static final int CHOSEN_PORT_ATTEMPTS = 3;
    private static final int LOG_TAIL_LINES = 25;

    /** What is waited for is the same after each start. */
    private static final WaitStrategy NOTHING = new AbstractWaitStrategy() {
        @Override
        protected void waitUntilReady() {
            // See awaitStarted.
        }
    };

    private final int port;
    private final Path log;
    private final GenericContainer<?> container;
    private int starts;

    private ContainerBroker(int port, Path log, GenericContainer<?> container) {
        this.port = port;
        this.log = log;
        this.container = container;
    }

    static ContainerBroker start(String image, Path folder, Map<String, String> settings) {
        Path log = createFolder(folder).resolve("broker.log");
        // A port that was free a moment ago can be taken before the broker binds it.
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            ContainerBroker broker = new ContainerBroker(port, log, container(image, port, settings));
            try {
                broker.begin();
                return broker;
            } catch (BrokerException failure) {
                broker.close();
                boolean portTaken = failure.getMessage().contains("ddress already in use")
                        || failure.getMessage().contains("port is already allocated");
                if (!portTaken || attempt == CHOSEN_PORT_ATTEMPTS) {
                    throw failure;
                }
            }
        }
    }

    private static GenericContainer<?> container(String image, int port, Map<String, String> settings) {
        boolean bridge = DockerEngine.hasBridge();
        Listeners own = new Listeners((bridge ? "0.0.0.0:" : HOST + ":") + port, HOST + ":" + freePort());
        Listeners advertised = new Listeners(HOST + ":" + port, own.controller());
        Properties configuration = NodeSettings.of(TOPICS, 1, own, advertised, Map.of(1, own.controller()));
        configuration.putAll(settings);
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withImagePullPolicy(name -> false)
                .withEnv(Map.of("CLUSTER_ID", NodeSettings.CLUSTER_ID, "KAFKA_HEAP_OPTS", "-Xmx384m"))
                .withCopyToContainer(Transferable.of(NodeSettings.text(configuration), 0644), SETTINGS)
                .withLabel(Owner.LABEL, Owner.thisProcess().label())
                .waitingFor(NOTHING);
        if (bridge) {
            // On the same port inside, so that the broker advertises what clients reach.
            PortBinding published = PortBinding.parse(HOST + ":" + port + ":" + port);
            return container
                    .withExposedPorts(port)
                    .withCreateContainerCmdModifier(
                            command -> command.getHostConfig().withPortBindings(published));
        }
        return container.withNetworkMode("host");
    }

    private void begin() {
        try {
            container.start();
        } catch (RuntimeException cause) {
            throw failure("the broker's container did not start: " + rootOf(cause), cause);
        }
        awaitStarted();
    }

    /** Testcontainers' own wait for a line of a log goes on when the container has ended. */
    private void awaitStarted() {
        starts++;
        try {
            Awaitility.await("the broker's start")
                    .atMost(START_LIMIT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK_EVERY)
                    .pollInSameThread()
                    .failFast("the broker ended while starting", () -> !isAlive())
                    .until(() -> container
                                    .getLogs()
                                    .lines()
                                    .filter(line -> line.contains(NodeSettings.STARTED))
                                    .count()
                            >= starts);
        } catch (TerminalFailureException | ConditionTimeoutException cause) {
            throw failure(cause.getMessage(), cause);
        }
        requireReachable();
    }

    @Override
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    @Override
    public synchronized boolean isAlive() {
        return Boolean.TRUE.equals(state().getRunning());
    }

    @Override
    public synchronized void kill() {
        docker().killContainerCmd(id()).exec();
        awaitEnd();
    }

    @Override
    public synchronized void hang() {
        docker().pauseContainerCmd(id()).exec();
    }

    @Override
    public synchronized void resume() {
        if (Boolean.TRUE.equals(state().getPaused())) {
            docker().unpauseContainerCmd(id()).exec();
        }
    }

    @Override
    public synchronized void restart() {
        if (isAlive()) {
            docker().stopContainerCmd(id()).withTimeout(STOP_LIMIT_SECONDS).exec();
        }
        docker().startContainerCmd(id()).exec();
        awaitStarted();
    }

    @Override
    public synchronized void close() {
        if (id() == null) {
            return;
        }
        try {
            Files.writeString(log, container.getLogs());
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        } finally {
            container.stop();
        }
    }

    /** Published ports of an engine elsewhere are not on this machine. */
    private void requireReachable() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), (int) START_LIMIT.toMillis());
        } catch (IOException cause) {
            throw failure(
                    "the broker serves in a container, but not at " + bootstrapServers()
                            + "; the Docker engine must be on this machine, or -D" + PLACE_PROPERTY + "=process be set",
                    cause);
        }
    }

    private void awaitEnd() {
        docker().waitContainerCmd(id()).start().awaitStatusCode();
    }

    private BrokerException failure(String what, Exception cause) {
        List<String> lines =
                id() == null ? List.of() : container.getLogs().lines().toList();
        String tail = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        return new BrokerException(what + "; end of its log:\n" + tail, cause);
    }

    private static Throwable rootOf(Throwable failure) {
        return failure.getCause() == null ? failure : rootOf(failure.getCause());
    }

    private ContainerState state() {
        return docker().inspectContainerCmd(id()).exec().getState();
    }

    private String id() {
        return container.getContainerId();
    }

    private static DockerClient docker() {
        return DockerClientFactory.instance().client();
    }

    private static Path createFolder(Path folder) {
        try {
            return Files.createDirectories(folder.toAbsolutePath());
        } catch (IOException cause) {
            throw new BrokerException("cannot create the broker's folder " + folder + ": " + cause, cause);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException cause) {
            throw new UncheckedIOException("no free port on " + HOST, cause);
        }
    }
}
