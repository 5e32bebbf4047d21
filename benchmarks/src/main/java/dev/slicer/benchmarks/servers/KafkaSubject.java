package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.subjects.Subject;
import dev.slicer.benchmarks.workload.DocumentFeed;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.broker.LocalBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The same texts through the inference service as it is shipped and a real broker, exactly once. */
public final class KafkaSubject {
    private KafkaSubject() {}

    /** @param args folder of the checkpoint, text file with one document a line, Slicer's folder */
    public static void main(String[] args) throws IOException {
        Path installation = Path.of(args[2]);
        try (WorkFolder folder = WorkFolder.temporary();
                LocalBroker broker = broker(installation, folder);
                InferenceServer server = InferenceServer.ofStream(installation, folder.path(), Path.of(args[0]), broker)
                        .awaitReady();
                DocumentFeed feed = new DocumentFeed(broker, Files.readAllLines(Path.of(args[1])))) {
            seconds(feed, server);
            Subject.serve(server.description(), () -> seconds(feed, server));
        }
    }

    private static double seconds(DocumentFeed feed, InferenceServer server) {
        try {
            return feed.seconds();
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "; end of the service's log:\n" + server.logTail(), e);
        }
    }

    /** @param installation Slicer's folder, which has the broker's libraries */
    public static LocalBroker broker(Path installation, WorkFolder folder) {
        System.setProperty(
                LocalBroker.LIB_PROPERTY,
                installation.resolve("slicer-broker/kafka/target/lib").toString());
        return LocalBroker.start(folder.path().resolve("broker"));
    }
}
