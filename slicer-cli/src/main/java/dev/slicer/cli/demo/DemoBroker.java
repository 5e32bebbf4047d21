package dev.slicer.cli.demo;

import dev.slicer.broker.LocalBroker;
import dev.slicer.kafka.access.Grantee;
import java.nio.file.Path;
import java.util.Map;

/** The demonstration's broker, and how each of its clients gets in. */
interface DemoBroker extends AutoCloseable {
    /** {@code host:port}. */
    String bootstrapServers();

    /** What a service has to be told to connect, as environment variables. */
    Map<String, String> environment(Grantee service);

    /** Settings of a client of the demonstration's own. */
    Map<String, Object> client(Grantee who);

    /** What there is to say of it. */
    String description();

    Path log();

    boolean isAlive();

    @Override
    void close();

    /** One that everybody on this machine may use. */
    static DemoBroker open(LocalBroker broker) {
        return new DemoBroker() {
            @Override
            public String bootstrapServers() {
                return broker.bootstrapServers();
            }

            @Override
            public Map<String, String> environment(Grantee service) {
                return Map.of("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers());
            }

            @Override
            public Map<String, Object> client(Grantee who) {
                return Map.of("bootstrap.servers", bootstrapServers());
            }

            @Override
            public String description() {
                return "Apache Kafka at " + bootstrapServers();
            }

            @Override
            public Path log() {
                return broker.log();
            }

            @Override
            public boolean isAlive() {
                return broker.isAlive();
            }

            @Override
            public void close() {
                broker.close();
            }
        };
    }
}
