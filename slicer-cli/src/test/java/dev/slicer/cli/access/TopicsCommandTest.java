package dev.slicer.cli.access;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.CommandOnBroker;
import dev.slicer.cli.CommandRun;
import dev.slicer.events.Topics;
import dev.slicer.events.Topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TopicsCommandTest extends CommandOnBroker {
    private static final Duration WEEK = Duration.ofDays(7);

    /** Of which there are none. */
    private final Topics missing = new Topics(UUID.randomUUID() + ".");

    @Test
    void shouldMakeTopicsThatKeepRecordsForTheTimesAskedForAndLeaveOthersAsTheyAre() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // Given: one topic is there already, kept for a week
            admin.createTopics(List.of(new NewTopic(missing.scores(), 1, (short) 1)
                            .configs(Map.of("retention.ms", String.valueOf(WEEK.toMillis())))))
                    .all()
                    .get();
            assertThat(partitions(admin, missing.scores())).isEqualTo(1);
            assertThat(retention(admin, missing.scores())).isEqualTo(String.valueOf(WEEK.toMillis()));

            // When
            CommandRun made = run(
                    "--partitions", "2", "--retention", "dead-letters=2d", "labelled-documents=forever", "scores=3d");

            // Then: what is missing is made as asked for
            assertThat(made.exitCode()).as(made.err()).isZero();
            assertThat(made.out().lines())
                    .containsExactlyInAnyOrderElementsOf(missing.all().stream()
                            .map(Topic::name)
                            .filter(name -> !name.equals(missing.scores()))
                            .map(name -> "made " + name)
                            .toList());
            assertThat(retention(admin, missing.deadLetters()))
                    .isEqualTo(String.valueOf(Duration.ofDays(2).toMillis()));
            assertThat(setting(admin, missing.deadLetters(), "segment.ms"))
                    .isEqualTo(String.valueOf(Duration.ofHours(12).toMillis()));
            assertThat(retention(admin, missing.labelledDocuments())).isEqualTo("-1");
            assertThat(retention(admin, missing.trialAnswers())).isEqualTo(String.valueOf(WEEK.toMillis()));
            assertThat(partitions(admin, missing.deadLetters())).isEqualTo(2);
            assertThat(partitions(admin, missing.checkpointEvents())).isEqualTo(1);

            // And: what was there is left, and told of with the command that changes it
            assertThat(made.err()).contains(change(missing.scores(), WEEK, Duration.ofDays(3)));
            assertThat(retention(admin, missing.scores())).isEqualTo(String.valueOf(WEEK.toMillis()));
            assertThat(partitions(admin, missing.scores())).isEqualTo(1);

            // When: other times are asked for
            CommandRun again = run("--retention", "dead-letters=5d");

            // Then
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(again.out()).isEmpty();
            assertThat(again.err())
                    .contains(
                            change(missing.deadLetters(), Duration.ofDays(2), Duration.ofDays(5)),
                            "All topics are there.");
            assertThat(retention(admin, missing.deadLetters()))
                    .isEqualTo(String.valueOf(Duration.ofDays(2).toMillis()));
        }
    }

    @Test
    void shouldMakeNothingWhereATimeCannotBeKept() throws Exception {
        // When and then: compacted, unknown, no time, too short
        assertThat(run("--retention", "checkpoints=7d").err())
                .contains("--retention: there is no topic checkpoints that keeps records for a time");
        assertThat(run("--retention", "dead-letter=7d").err())
                .contains("--retention: there is no topic dead-letter that keeps records for a time");
        CommandRun unreadable = run("--retention", "scores=soon");
        assertThat(unreadable.exitCode()).isEqualTo(2);
        assertThat(unreadable.err())
                .contains("a topic keeps records forever, or for a time as 90d, 12h or PT36H, not soon");
        assertThat(run("--retention", "scores=10s").err()).contains("a topic keeps records for at least a minute");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).noneMatch(name -> name.startsWith(missing.prefix()));
        }
    }

    private static String change(String topic, Duration found, Duration asked) {
        return "topic " + topic + " has retention.ms=" + found.toMillis() + " where " + asked.toMillis()
                + " is relied on: kafka-configs.sh --alter --topic " + topic + " --add-config retention.ms="
                + asked.toMillis() + "\n";
    }

    private CommandRun run(String... arguments) {
        String[] command = new String[arguments.length + 5];
        command[0] = "topics";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        List<String> kafka = List.of("--bootstrap-servers", broker.bootstrapServers(), "--prefix", missing.prefix());
        for (int i = 0; i < kafka.size(); i++) {
            command[arguments.length + 1 + i] = kafka.get(i);
        }
        return CommandRun.of(folder, command);
    }

    private static String retention(Admin admin, String topic) throws Exception {
        return setting(admin, topic, "retention.ms");
    }

    /** The broker knows of topics a little later than its controller. */
    private static String setting(Admin admin, String topic, String name) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = await("topic " + topic)
                .ignoreExceptions()
                .until(
                        () -> admin.describeConfigs(List.of(resource))
                                .all()
                                .get()
                                .get(resource),
                        found -> true);
        return config.get(name).value();
    }

    private static int partitions(Admin admin, String topic) {
        return await("topic " + topic)
                .ignoreExceptions()
                .until(
                        () -> admin.describeTopics(List.of(topic))
                                .allTopicNames()
                                .get()
                                .get(topic)
                                .partitions()
                                .size(),
                        found -> true);
    }
}
