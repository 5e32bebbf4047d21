package dev.slicer.evaluator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

@AnalyzeClasses(packages = "dev.slicer.evaluator", importOptions = ShippedClasses.class)
class EvaluatorArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.evaluator.(*)..").should().beFreeOfCycles();

    /** The root package ties together what knows nothing of it. */
    @ArchTest
    static final ArchRule shouldNotBeKnownByItsParts = noClasses()
            .that()
            .resideInAPackage("dev.slicer.evaluator.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.slicer.evaluator");

    /** What counts as right or wrong can be read, and tested, without Kafka. */
    @ArchTest
    static final ArchRule shouldScoreWithoutKafka = noClasses()
            .that()
            .resideInAPackage("dev.slicer.evaluator.gold..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "io.quarkus..", "jakarta..", "io.micrometer..");

    /** What is decided about candidates can be read, and tested, without Kafka and without a clock. */
    @ArchTest
    static final ArchRule shouldDecideByWhatIsReadAndTheTimeAlone = classes()
            .that()
            .haveNameMatching(".*\\.(PromotionDecider|Trial|TrialSchedule|TrialSettings|TrialGold)(\\$.*)?")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "dev.slicer.evaluator.promotion..",
                    "dev.slicer.evaluator.gold..",
                    "dev.slicer.promotion..",
                    "dev.slicer.events..",
                    "dev.slicer.metrics..");

    /** One clock, which tests can set. */
    @ArchTest
    static final ArchRule shouldAskItsClockForTheTime = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone");

    /** Everything that is shown comes from topics that all instances read, so that they show the same. */
    @ArchTest
    static final ArchRule shouldShowScoresWithoutTheJoin = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.evaluator.scores..", "dev.slicer.evaluator.promotion..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.slicer.evaluator.join..", "dev.slicer.evaluator.totals..");

    @ArchTest
    static final ArchRule shouldMeetKafkaStreamsInTheTopologyOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.slicer.evaluator",
                    "dev.slicer.evaluator.join..",
                    "dev.slicer.evaluator.totals..",
                    "dev.slicer.evaluator.drift..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");

    /** It runs no model, and its image should not carry what runs one. */
    @ArchTest
    static void shouldHaveNoEngineOnItsClassPath(JavaClasses any) {
        for (String engine : List.of("ai.djl.engine.Engine", "ai.djl.pytorch.engine.PtEngine", "ai.djl.Model")) {
            assertThatThrownBy(() -> Class.forName(engine)).isInstanceOf(ClassNotFoundException.class);
        }
    }
}
