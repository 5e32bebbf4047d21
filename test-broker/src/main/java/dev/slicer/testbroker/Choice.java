package dev.slicer.testbroker;

import dev.slicer.broker.BrokerException;
import dev.slicer.broker.LocalBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where the brokers of this JVM's tests run. */
sealed interface Choice {
    /** In the module's build folder, for the last lines of the build. */
    String REPORT = "test-broker.txt";

    TestBroker start(Path folder, Map<String, String> settings);

    /** As the build's last lines say it. */
    String description();

    /** @param reason why not in a container */
    record ChildProcess(String reason) implements Choice {
        @Override
        public TestBroker start(Path folder, Map<String, String> settings) {
            return new ProcessBroker(LocalBroker.start(folder, settings));
        }

        @Override
        public String description() {
            return "child processes (" + reason + ")";
        }
    }

    record Container(String image) implements Choice {
        @Override
        public TestBroker start(Path folder, Map<String, String> settings) {
            return ContainerBroker.start(image, folder, settings);
        }

        @Override
        public String description() {
            return "containers of " + image;
        }
    }

    /** @param image one that was named */
    record Wish(Place place, Optional<String> image) {
        static Wish ofSystemProperties() {
            return new Wish(
                    Place.named(System.getProperty(TestBroker.PLACE_PROPERTY, "")),
                    Optional.of(System.getProperty(TestBroker.IMAGE_PROPERTY, "")
                                    .strip())
                            .filter(name -> !name.isEmpty()));
        }
    }

    enum Place {
        AUTO,
        CONTAINER,
        PROCESS;

        static Place named(String name) {
            return switch (name.strip()) {
                case "", "auto" -> AUTO;
                case "container" -> CONTAINER;
                case "process" -> PROCESS;
                default ->
                    throw new BrokerException("system property " + TestBroker.PLACE_PROPERTY + " is '" + name
                            + "'; say auto, container or process");
            };
        }
    }

    /** What is asked of a Docker engine. */
    interface Engine {
        /** Why none can be used; empty where one answers. */
        Optional<String> absence();

        /**
         * Has an image at hand.
         *
         * @throws BrokerException when there is none of that name
         */
        void fetch(String image);

        /**
         * Builds an image of the jars that child processes run, where that is still to do.
         *
         * @return its name
         * @throws BrokerException when that is not possible here
         */
        String build();
    }

    /** @throws BrokerException when what is asked for cannot be had */
    static Choice of(Wish wish, Engine engine) {
        if (wish.place() == Place.PROCESS) {
            return new ChildProcess("as system property " + TestBroker.PLACE_PROPERTY + " asks");
        }
        Optional<String> absence = engine.absence();
        if (absence.isPresent()) {
            if (wish.place() == Place.AUTO && wish.image().isEmpty()) {
                return new ChildProcess(absence.get());
            }
            throw new BrokerException("a broker in a container was asked for, and " + absence.get()
                    + "; start an engine, or leave system properties " + TestBroker.PLACE_PROPERTY + " and "
                    + TestBroker.IMAGE_PROPERTY + " out");
        }
        if (wish.image().isPresent()) {
            engine.fetch(wish.image().get());
            return new Container(wish.image().get());
        }
        try {
            return new Container(engine.build());
        } catch (BrokerException impossible) {
            if (wish.place() == Place.CONTAINER) {
                throw impossible;
            }
            return new ChildProcess("though a Docker engine answers: " + impossible.getMessage());
        }
    }

    /** The choice for all tests of this JVM; the first one who asks has it made, told and noted for the build's last lines. */
    static Choice made() {
        return Made.CHOICE;
    }

    /** Made once. */
    final class Made {
        private static final Choice CHOICE = make();

        private Made() {}

        private static Choice make() {
            Choice choice = of(Wish.ofSystemProperties(), new DockerEngine());
            System.out.println("Brokers of tests are " + choice.description() + ".");
            Path build = Path.of("target");
            if (Files.isDirectory(build)) {
                try {
                    Files.writeString(build.resolve(REPORT), choice.description());
                } catch (IOException cause) {
                    throw new UncheckedIOException(cause);
                }
            }
            return choice;
        }
    }
}
