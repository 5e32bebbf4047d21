package dev.slicer.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The jars of Apache Kafka's broker, as the last build names them: what earlier builds have left beside them is of other
 * versions and is not read.
 *
 * @param files each is there
 */
public record KafkaJars(List<Path> files) {
    /** In the folder with the jars: their names, with {@code :} between them. */
    private static final String NAMES = "class-path";

    public KafkaJars {
        files = List.copyOf(files);
    }

    /**
     * The jars in the folder that system property {@value LocalBroker#LIB_PROPERTY} names.
     *
     * @throws BrokerException when one of them is missing
     */
    public static KafkaJars ofTheBuild() {
        String folder = System.getProperty(LocalBroker.LIB_PROPERTY, "");
        if (folder.isEmpty()) {
            throw new BrokerException(
                    "system property " + LocalBroker.LIB_PROPERTY + " must name the folder with Kafka's jars");
        }
        return in(Path.of(folder).toAbsolutePath());
    }

    static KafkaJars in(Path folder) {
        Path names = folder.resolve(NAMES);
        try {
            List<Path> files = Stream.of(Files.readString(names).strip().split(":"))
                    .map(name -> folder.resolve(name).normalize())
                    .toList();
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    throw incomplete(file);
                }
            }
            return new KafkaJars(files);
        } catch (IOException unreadable) {
            throw incomplete(names);
        }
    }

    List<String> classPath() {
        return files.stream().map(Path::toString).toList();
    }

    private static BrokerException incomplete(Path missing) {
        return new BrokerException(missing + " cannot be read (system property " + LocalBroker.LIB_PROPERTY
                + "); build the module slicer-broker/kafka to fill its folder");
    }
}
