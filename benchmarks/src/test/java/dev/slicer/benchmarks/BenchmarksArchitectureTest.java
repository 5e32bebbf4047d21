package dev.slicer.benchmarks;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.slicer.benchmarks", importOptions = DoNotIncludeTests.class)
class BenchmarksArchitectureTest {
    @ArchTest
    static final ArchRule shouldRunSubjectsAndServersFromTheSuiteAlone = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("main")
            .definedBy("dev.slicer.benchmarks")
            .layer("suite")
            .definedBy("dev.slicer.benchmarks.suite..")
            .layer("servers")
            .definedBy("dev.slicer.benchmarks.servers..")
            .layer("subjects")
            .definedBy("dev.slicer.benchmarks.subjects..")
            .layer("workload")
            .definedBy("dev.slicer.benchmarks.workload..")
            .layer("measuring")
            .definedBy("dev.slicer.benchmarks.measuring..")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("suite")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("servers")
            .mayOnlyBeAccessedByLayers("suite")
            .whereLayer("subjects")
            .mayOnlyBeAccessedByLayers("suite", "servers")
            .whereLayer("workload")
            .mayOnlyBeAccessedByLayers("main", "suite", "servers", "subjects");
}
