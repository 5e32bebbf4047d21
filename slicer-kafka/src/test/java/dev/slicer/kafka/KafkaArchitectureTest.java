package dev.slicer.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.slicer.architecture.ShippedClasses;

@AnalyzeClasses(packages = "dev.slicer.kafka", importOptions = ShippedClasses.class)
class KafkaArchitectureTest {
    /** So that services and command line can use it alike: no framework, no metrics, no engine. */
    @ArchTest
    static final ArchRule shouldKnowKafkaAndTheContractAlone = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.security.auth.x500..",
                    "org.apache.kafka..",
                    "org.slf4j..",
                    "dev.slicer.kafka..",
                    "dev.slicer.events..");

    @ArchTest
    static final ArchRule shouldHaveNoPackageCycles =
            slices().matching("dev.slicer.kafka.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule shouldBeLayered = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("security")
            .definedBy("dev.slicer.kafka.security..")
            .layer("access")
            .definedBy("dev.slicer.kafka.access..")
            .layer("records")
            .definedBy("dev.slicer.kafka.records..")
            .layer("clients")
            .definedBy("dev.slicer.kafka.clients..")
            .layer("loops")
            .definedBy("dev.slicer.kafka.loops..")
            .layer("reading")
            .definedBy("dev.slicer.kafka.reading..")
            .layer("topics")
            .definedBy("dev.slicer.kafka.topics..")
            .layer("transactions")
            .definedBy("dev.slicer.kafka.transactions..")
            .whereLayer("security")
            .mayOnlyBeAccessedByLayers("access")
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers("clients", "topics")
            .whereLayer("records")
            .mayOnlyBeAccessedByLayers("clients", "topics")
            .whereLayer("clients")
            .mayOnlyBeAccessedByLayers("reading", "topics", "transactions")
            .whereLayer("loops")
            .mayOnlyBeAccessedByLayers("reading", "transactions")
            .whereLayer("reading")
            .mayOnlyBeAccessedByLayers("transactions")
            .whereLayer("topics")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("transactions")
            .mayNotBeAccessedByAnyLayer();
}
