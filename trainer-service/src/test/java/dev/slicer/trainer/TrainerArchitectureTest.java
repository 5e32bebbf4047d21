package dev.slicer.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer.trainer", importOptions = ShippedClasses.class)
class TrainerArchitectureTest {
    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.trainer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldBeLayered = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("whole")
            .definedBy("dev.slicer.trainer")
            .layer("rest")
            .definedBy("dev.slicer.trainer.rest..")
            .layer("work")
            .definedBy("dev.slicer.trainer.work..")
            .layer("intake")
            .definedBy("dev.slicer.trainer.intake..")
            .layer("sharing")
            .definedBy("dev.slicer.trainer.sharing..")
            .layer("topics")
            .definedBy("dev.slicer.trainer.topics..")
            .layer("board")
            .definedBy("dev.slicer.trainer.board..")
            .whereLayer("whole")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("rest")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("work")
            .mayOnlyBeAccessedByLayers("whole")
            .whereLayer("intake")
            .mayOnlyBeAccessedByLayers("whole", "rest")
            .whereLayer("sharing")
            .mayOnlyBeAccessedByLayers("whole", "work")
            .whereLayer("topics")
            .mayOnlyBeAccessedByLayers("whole", "intake", "work", "board")
            .whereLayer("board")
            .mayOnlyBeAccessedByLayers("whole", "rest", "intake", "work");

    /** How jobs are done and shared can be tested without a service around it. */
    @ArchTest
    static final ArchRule shouldMeetHttpInRestOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.slicer.trainer.rest..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "dev.slicer.service.http..", "org.eclipse.microprofile.openapi..");

    @ArchTest
    static final ArchRule shouldKnowNoTensors =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("ai.djl..", "dev.slicer.encoder..");
}
