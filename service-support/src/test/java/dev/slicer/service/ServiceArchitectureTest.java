package dev.slicer.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer.service", importOptions = ShippedClasses.class)
class ServiceArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.service.(*)..").should().beFreeOfCycles();

    /** What runs a model is in engine-support, so that a service without one carries no engine. */
    @ArchTest
    static final ArchRule shouldKnowNoEngine = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..", "dev.slicer.engine..", "dev.slicer.checkpoint..", "dev.slicer.jobs..");

    @ArchTest
    static final ArchRule shouldAnswerOverHttpWithoutKafka = noClasses()
            .that()
            .resideInAPackage("dev.slicer.service.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "dev.slicer.kafka..");

    @ArchTest
    static final ArchRule shouldMeasureAndTellHealthWithoutHttp = noClasses()
            .that()
            .resideInAnyPackage("dev.slicer.service.metrics..", "dev.slicer.service.health..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "io.vertx..", "dev.slicer.service.http..");
}
