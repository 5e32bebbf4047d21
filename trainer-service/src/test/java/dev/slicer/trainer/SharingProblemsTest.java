package dev.slicer.trainer;

import static dev.slicer.kafka.testing.Patience.await;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.TrainingStatus.State;
import dev.slicer.testbroker.TestBroker;
import dev.slicer.trainer.TrainerSettings.Sharing;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that cannot share jobs, or not as they are to be shared. */
@Timeout(180)
class SharingProblemsTest {
    @TempDir
    Path folder;

    @Test
    void shouldNameTheFeatureThatBrokersLackAndRunJobsWithoutItWhereThatIsAskedFor() throws Exception {
        try (TestCluster cluster = new TestCluster(folder)) {
            // Given
            try (Admin admin = cluster.clients.admin()) {
                admin.updateFeatures(
                                Map.of("share.version", new FeatureUpdate((short) 0, UpgradeType.SAFE_DOWNGRADE)),
                                new UpdateFeaturesOptions())
                        .all()
                        .get();
            }

            // When
            TestTrainer sharing = cluster.trainer("sharing");

            // Then
            await("the problem")
                    .untilAsserted(
                            () -> assertThat(sharing.trainer.sharingProblem())
                                    .hasValue(
                                            "no jobs come from share group slicer.trainer-jobs: the brokers have no share groups: they need "
                                                    + "Kafka 4.2 or newer with the feature share.version=1 (kafka-features.sh upgrade --feature "
                                                    + "share.version=1); a single trainer does without them with slicer.trainer.sharing=none"));
            cluster.stop(sharing);

            // And when: an average before the jobs that it waits for
            cluster.requestAverage("average", "first", "second");
            cluster.request("first", 2);
            cluster.request("second", 2);
            TestTrainer alone = cluster.manage(TestTrainer.start(
                    Map.of("bootstrap.servers", cluster.broker.bootstrapServers()), folder, "alone", Sharing.NONE));

            // Then
            cluster.awaitState("average", State.SUCCEEDED);
            assertThat(alone.jobsRun()).containsExactly("first", "second");
            assertThat(alone.trainer.sharingProblem()).isEmpty();
            assertThat(cluster.records.held(TOPICS.trainingRequests())).hasSize(3);
        }
    }

    @Test
    void shouldSayWhichSettingTheBrokersDoNotTake() {
        // Given: a broker as it comes, whose shortest lock is longer than the trainer's
        try (TestBroker broker = TestBroker.start(folder.resolve("broker"))) {
            TestTrainer.createTopics(broker.bootstrapServers());

            // When
            try (TestTrainer trainer = TestTrainer.start(broker.bootstrapServers(), folder, "impatient")) {
                // Then
                await("the problem")
                        .until(() -> trainer.trainer.sharingProblem().isPresent());
                Optional<String> problem = trainer.trainer.sharingProblem();
                assertThat(problem.orElseThrow())
                        .contains("share.record.lock.duration.ms=2000", "group.share.min.record.lock.duration.ms");
                assertThat(trainer.failures()).isEmpty();
            }
        }
    }
}
