package dev.slicer.testbroker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.slicer.broker.BrokerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** The Docker engine that Testcontainers finds. */
final class DockerEngine implements Choice.Engine {
    /** Held, since the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger TESTCONTAINERS = Logger.getLogger("org.testcontainers");

    @Override
    public Optional<String> absence() {
        // Testcontainers tells at length what it has tried; that there is no engine is nothing unusual here.
        Level before = TESTCONTAINERS.getLevel();
        TESTCONTAINERS.setLevel(Level.OFF);
        try {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return Optional.of("no Docker engine answers");
            }
        } catch (DockerException unfit) {
            return Optional.of("the Docker engine cannot be used: " + unfit.getMessage());
        } finally {
            TESTCONTAINERS.setLevel(before == null ? Level.WARNING : before);
        }
        removeLeftovers();
        return Optional.empty();
    }

    @Override
    public void fetch(String image) {
        if (has(image)) {
            return;
        }
        // Testcontainers' own pull tries again for two minutes where there is no registry.
        try {
            DockerClientFactory.instance()
                    .client()
                    .pullImageCmd(DockerImageName.parse(image).asCanonicalNameString())
                    .start()
                    .awaitCompletion();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while image " + image + " was pulled", interrupted);
        } catch (RuntimeException cause) {
            throw new BrokerException(
                    "image " + image + " (system property " + TestBroker.IMAGE_PROPERTY
                            + ") is not at hand and cannot be pulled; load it into the engine, or leave the property out,"
                            + " and an image is built of Kafka's jars: " + cause,
                    cause);
        }
    }

    @Override
    public String build() {
        return BrokerImage.ofTheBuild().have();
    }

    static boolean has(String image) {
        try {
            DockerClientFactory.instance().client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    /**
     * Whether containers can have a network of their own, from which ports are published; engines that were started without
     * a bridge have none.
     */
    static boolean hasBridge() {
        return DockerClientFactory.instance().client().listNetworksCmd().exec().stream()
                .anyMatch(network -> network.getName().equals("bridge"));
    }

    /** Removes the containers of tests whose JVM was killed before it could. */
    private static void removeLeftovers() {
        List<Container> all = DockerClientFactory.instance()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(Owner.LABEL))
                .exec();
        for (Container container : all) {
            Map<String, String> labels = container.getLabels();
            if (Owner.parse(labels.get(Owner.LABEL)).isGone()) {
                remove(container.getId());
            }
        }
    }

    static void remove(String container) {
        try {
            DockerClientFactory.instance()
                    .client()
                    .removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException gone) {
            // Another JVM has removed it.
        }
    }
}
