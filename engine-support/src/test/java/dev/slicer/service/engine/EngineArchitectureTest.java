package dev.slicer.service.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer.service.engine", importOptions = ShippedClasses.class)
class EngineArchitectureTest {
    @ArchTest
    static final ArchRule shouldConfigureTheEngineAndTheStoreAlone = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "jakarta..",
                    "io.smallrye.config..",
                    "io.quarkus.runtime..",
                    "dev.slicer.io..",
                    "dev.slicer.engine..",
                    "dev.slicer.checkpoint..",
                    "dev.slicer.service.engine..");
}
