package dev.slicer.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** One node of Kafka, broker and controller in one, in a process of its own. */
final class BrokerProcess {
    static final String HOST = "127.0.0.1";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final int LOG_TAIL_LINES = 25;

    private BrokerProcess() {}

    /**
     * What a node is started with beside its settings.
     *
     * @param jvmOptions of its JVM
     * @param formatting arguments with which its data folder is formatted
     */
    record Extras(List<String> jvmOptions, List<String> formatting) {
        static final Extras NONE = new Extras(List.of(), List.of());

        Extras {
            jvmOptions = List.copyOf(jvmOptions);
            formatting = List.copyOf(formatting);
        }
    }

    /** Starts a node; it serves a little later. */
    static ChildJvm launch(Path dataFolder, KafkaJars jars, Properties settings, Extras extras) {
        try {
            Files.createDirectories(dataFolder);
            Path logging = dataFolder.resolve("log4j2.properties");
            try (InputStream resource = BrokerProcess.class.getResourceAsStream("broker-log4j2.properties")) {
                Files.copy(resource, logging, StandardCopyOption.REPLACE_EXISTING);
            }
            Path configuration = dataFolder.resolve("server.properties");
            PrivateFile.write(configuration, NodeSettings.text(settings));
            List<String> arguments = new ArrayList<>(List.of(configuration.toString(), NodeSettings.CLUSTER_ID));
            if (!extras.formatting().isEmpty()) {
                Path formatting = dataFolder.resolve("format-arguments");
                PrivateFile.write(formatting, String.join("\n", extras.formatting()));
                arguments.add(formatting.toString());
            }
            List<String> jvmOptions = new ArrayList<>(List.of(
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlog4j2.configurationFile=" + logging));
            jvmOptions.addAll(extras.jvmOptions());
            return ChildJvm.start(new ChildJvm.Command(
                    jvmOptions,
                    jars.classPath(),
                    BrokerMain.class.getName(),
                    arguments,
                    Map.of(),
                    dataFolder.resolve("broker.log"),
                    dataFolder));
        } catch (IOException cause) {
            throw new BrokerException("cannot prepare the broker's folder " + dataFolder + ": " + cause, cause);
        }
    }

    /** @throws BrokerException when it does not serve in time, with the tail of its log; it does not run then */
    static void awaitStarted(ChildJvm process) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!process.output().contains(NodeSettings.STARTED)) {
            Optional<String> failure = Optional.empty();
            if (!process.isAlive()) {
                failure = Optional.of("the broker ended with status " + process.exitStatus() + " while starting");
            } else if (System.nanoTime() > deadline) {
                failure = Optional.of("the broker did not start within " + START_LIMIT.toSeconds() + " s");
            }
            if (failure.isPresent()) {
                process.kill();
                throw new BrokerException(
                        failure.get() + "; end of " + process.log() + ":\n" + process.outputTail(LOG_TAIL_LINES));
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                process.kill();
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted while the broker was starting", interrupted);
            }
        }
    }

    /** Whether a node that did not start found something else listening where it was to. */
    static boolean foundPortInUse(ChildJvm process) {
        return process.outputTail(LOG_TAIL_LINES).contains("Address already in use");
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException cause) {
            throw new UncheckedIOException("no free port on " + HOST, cause);
        }
    }
}
