package io.github.containersnap.loopback;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in this module (DESIGN §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap.loopback",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";

  @ArchTest
  static final ArchRule disks_and_logs_know_nothing_of_updates =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "engine..", ROOT + "adapter..", ROOT + "cli..");

  @ArchTest
  static final ArchRule only_disks_start_processes_by_themselves =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "loopback.disk..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(ProcessBuilder.class);

  @ArchTest
  static final ArchRule logs_and_the_reader_of_btrfs_work_on_plain_files =
      noClasses()
          .that()
          .resideInAnyPackage(ROOT + "loopback.btrfs..", ROOT + "loopback.log..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "command..", ROOT + "loopback.disk..");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "loopback.(**)").should().beFreeOfCycles();
}
