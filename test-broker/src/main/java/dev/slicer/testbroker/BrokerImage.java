package dev.slicer.testbroker;

import dev.slicer.broker.BrokerException;
import dev.slicer.broker.BrokerMain;
import dev.slicer.broker.KafkaJars;
import dev.slicer.broker.NodeSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/**
 * An image of Kafka's published jars, made without a registry: this JVM's Java runtime, cut to what a broker needs, with the
 * system's libraries that it is linked to, on nothing. On Linux only.
 */
final class BrokerImage {
    private static final String REPOSITORY = "slicer/test-broker";
    private static final String MODULES = "java.se,jdk.unsupported,jdk.management,jdk.zipfs";
    /** In folders of the system's own libraries; before glibc 2.34 these were apart from libc, and jars link to them. */
    private static final List<String> ONCE_APART = List.of("libpthread.so.0", "libdl.so.2", "librt.so.1");

    private static final String DOCKERFILE =
            """
            FROM scratch
            COPY system /
            COPY jre /opt/jre
            COPY kafka /opt/kafka
            COPY slicer /opt/slicer
            WORKDIR /tmp
            ENTRYPOINT ["/opt/jre/bin/java", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", \
                "-Dlog4j2.configurationFile=/opt/slicer/broker-log4j2.properties", "-cp", "/opt/kafka/*:/opt/slicer", \
                "%s", "%s", "%s"]
            """.formatted(BrokerMain.class.getName(), ContainerBroker.SETTINGS, NodeSettings.CLUSTER_ID);

    private final KafkaJars jars;
    private final byte[] main;
    private final byte[] logging;

    private BrokerImage(KafkaJars jars, byte[] main, byte[] logging) {
        this.jars = jars;
        this.main = main;
        this.logging = logging;
    }

    static BrokerImage ofTheBuild() {
        return new BrokerImage(
                KafkaJars.ofTheBuild(), resource("BrokerMain.class"), resource("broker-log4j2.properties"));
    }

    /**
     * Builds the image where the engine has none of the same content.
     *
     * @return its name
     * @throws BrokerException when it cannot be built here
     */
    String have() {
        String name = REPOSITORY + ":" + contentHash();
        if (!DockerEngine.has(name)) {
            build(name);
        }
        return name;
    }

    private void build(String name) {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new BrokerException("an image can be built of Kafka's jars on Linux only; name one, as in -D"
                    + TestBroker.IMAGE_PROPERTY + "=apache/kafka:VERSION");
        }
        try {
            Path folder = Files.createTempDirectory("slicer-broker-image");
            try {
                Path runtime = folder.resolve("jre");
                link(runtime);
                ImageFromDockerfile image = new ImageFromDockerfile(name, false)
                        .withFileFromString("Dockerfile", DOCKERFILE)
                        .withFileFromPath("jre", runtime)
                        .withFileFromTransferable(
                                "slicer/" + BrokerMain.class.getName().replace('.', '/') + ".class",
                                Transferable.of(main))
                        .withFileFromTransferable("slicer/broker-log4j2.properties", Transferable.of(logging));
                jars.files().forEach(jar -> image.withFileFromPath("kafka/" + jar.getFileName(), jar));
                systemLibraries(runtime)
                        .forEach(library -> image.withFileFromPath("system" + library, realPath(library)));
                image.get();
            } finally {
                delete(folder);
            }
        } catch (IOException | RuntimeException cause) {
            throw new BrokerException("no image can be built of Kafka's jars: " + cause, cause);
        }
    }

    /** Of all that makes the image what it is, so that another Kafka or another Java has another image. */
    private String contentHash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String names = jars.files().stream()
                    .map(jar -> jar.getFileName().toString())
                    .sorted()
                    .collect(Collectors.joining(":"));
            digest.update(String.join("\n", DOCKERFILE, MODULES, names, System.getProperty("java.vm.version"))
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(main);
            digest.update(logging);
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void link(Path runtime) {
        ToolProvider jlink = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new BrokerException("this Java, " + System.getProperty("java.home")
                        + ", has no jlink; run the build with a whole JDK"));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        int status = jlink.run(
                out,
                out,
                "--add-modules",
                MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                runtime.toString());
        if (status != 0) {
            throw new BrokerException(
                    "jlink ended with status " + status + ": " + output.toString(StandardCharsets.UTF_8));
        }
    }

    /** What the runtime needs of this system, by the paths under which it looks for them. */
    private static Set<Path> systemLibraries(Path runtime) throws IOException {
        List<String> command;
        try (Stream<Path> files = Files.walk(runtime)) {
            // Not of the desktop, of which a broker only needs the beans.
            command = Stream.concat(
                            Stream.of("ldd"),
                            files.filter(
                                            file -> file.endsWith("bin/java")
                                                    || file.getFileName()
                                                            .toString()
                                                            .matches(
                                                                    "lib(jvm|jli|java|jimage|net|nio|zip|verify|management.*|extnet)\\.so"))
                                    .map(Path::toString))
                    .toList();
        }
        Process ldd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Set<Path> libraries = new TreeSet<>();
        Matcher path = Pattern.compile("(?m)(?:=> |^\\s+)(/\\S+) \\(").matcher(output);
        while (path.find()) {
            Path library = Path.of(path.group(1)).normalize();
            if (!library.startsWith(runtime)) {
                libraries.add(library);
            }
        }
        Set<Path> folders = libraries.stream().map(Path::getParent).collect(Collectors.toSet());
        folders.stream()
                .flatMap(folder -> ONCE_APART.stream().map(folder::resolve))
                .filter(Files::exists)
                .forEach(libraries::add);
        return libraries;
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = BrokerMain.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
