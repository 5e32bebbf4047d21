package dev.slicer.evaluator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer.evaluator", importOptions = DoNotIncludeTests.class)
class EvaluatorArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.evaluator.(*)..").should().beFreeOfCycles();

    /** What counts as right or wrong can be read, and tested, without Kafka. */
    @ArchTest
    static final ArchRule shouldScoreWithoutKafka = noClasses()
            .that()
            .resideInAPackage("dev.slicer.evaluator.gold..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "io.quarkus..", "jakarta..", "io.micrometer..");

    /** Everything that is shown comes from the topic of scores, so that all instances show the same. */
    @ArchTest
    static final ArchRule shouldShowScoresWithoutTheJoin = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.evaluator.scores..", "dev.slicer.evaluator.promotion..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.slicer.evaluator.join..");

    @ArchTest
    static final ArchRule shouldMeetKafkaStreamsInJoinAndDriftOnly = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.slicer.evaluator", "dev.slicer.evaluator.join..", "dev.slicer.evaluator.drift..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.streams..");
}
