package io.github.containersnap;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Who may know whom in this module (DESIGN §9 and §10). */
@AnalyzeClasses(
    packages = "io.github.containersnap",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.github.containersnap.";

  /** That no other module is among them holds the gate's test, for all modules from one list. */
  @ArchTest
  static final ArchRule the_product_needs_these_libraries_only =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.net.ssl..",
              "picocli..",
              "com.fasterxml.jackson..",
              "org.apache.commons.exec..",
              "org.jspecify.annotations..",
              "io.github.containersnap..");

  @ArchTest
  static final ArchRule the_engine_reaches_the_outside_through_its_ports_only =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "adapter..",
              ROOT + "cli..",
              ROOT + "command..",
              ROOT + "image..",
              ROOT + "install..",
              ROOT + "linux..",
              ROOT + "oci..",
              ROOT + "proof..",
              "java.io..",
              "java.net..",
              "java.nio.channels..");

  @ArchTest
  static final ArchRule the_engine_touches_no_file_and_no_process =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "engine..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Files.class, TreeScan.class, ProcessBuilder.class, Runtime.class, Process.class);

  @ArchTest
  static final ArchRule the_plan_of_the_merge_touches_no_file =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "etc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..");

  @ArchTest
  static final ArchRule the_checks_of_lint_touch_no_file_and_no_archive =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "lint..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "adapter..",
              ROOT + "cli..",
              ROOT + "command..",
              ROOT + "oci..",
              ROOT + "proof..",
              "java.io..",
              "java.nio.file..",
              "java.nio.channels..");

  @ArchTest
  static final ArchRule the_engine_knows_no_time =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "engine..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Clock.class);

  @ArchTest
  static final ArchRule ports_are_interfaces_and_records =
      classes()
          .that()
          .resideInAPackage(ROOT + "engine.port")
          .and()
          .haveSimpleNameNotEndingWith("package-info")
          .should(beInterfacesOrRecords());

  /** So that no command forgets to recover first. An adoption begins before there is a lock. */
  @ArchTest
  static final ArchRule commands_take_the_lock_in_a_transaction =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "engine..")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "engine.Transaction")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + "engine.adoption.HostAdoption")
          .and()
          .resideOutsideOfPackage(ROOT + "engine.port")
          .should()
          .callMethodWhere(
              target(owner(type(SystemLock.class))).and(target(nameStartingWith("acquire"))));

  private static ArchCondition<JavaClass> beInterfacesOrRecords() {
    return new ArchCondition<>("be interfaces or records") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean good = type.isInterface() || type.isRecord();
        events.add(new SimpleConditionEvent(type, good, type.getFullName()));
      }
    };
  }

  @ArchTest
  static final ArchRule adapters_do_not_know_the_command_line =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "adapter..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "cli..", "picocli..");

  /** So that the simulated machine boots by the code that a real one boots by. */
  @ArchTest
  static final ArchRule what_boots_is_written_through_the_ports_only =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "adapter.bootloader..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "adapter",
              ROOT + "adapter.linux..",
              ROOT + "adapter.podman..",
              ROOT + "command..",
              ROOT + "linux..");

  @ArchTest
  static final ArchRule nobody_depends_on_the_programs_of_the_build =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "bundle..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + "bundle..");

  /** podman and skopeo fetch images; only the list of referrers is asked for here. */
  @ArchTest
  static final ArchRule only_the_registry_package_speaks_to_a_network =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "image.registry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "javax.net..");

  @ArchTest
  static final ArchRule only_the_command_package_uses_commons_exec =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "command..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.commons.exec..");

  @ArchTest
  static final ArchRule only_the_command_package_makes_processes =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "command..")
          .should()
          .callConstructor(ProcessBuilder.class, List.class)
          .orShould()
          .callConstructor(ProcessBuilder.class, String[].class)
          .orShould()
          .callMethodWhere(target(owner(type(Runtime.class))).and(target(name("exec"))));

  /** ChildEnvironment says what of the caller's environment passes. */
  @ArchTest
  static final ArchRule only_the_command_package_sees_the_whole_environment =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "command..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(ProcessBuilder.class, "environment");

  @ArchTest
  static final ArchRule only_the_native_edge_sees_native_memory =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "linux..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.foreign..");

  @ArchTest
  static final ArchRule the_tools_below_do_not_know_the_engine =
      noClasses()
          .that(
              resideInAPackage(ROOT + "base..")
                  .or(resideInAPackage(ROOT + "command.."))
                  .or(resideInAPackage(ROOT + "etc.."))
                  .or(resideInAPackage(ROOT + "install.disk.."))
                  .or(resideInAPackage(ROOT + "linux.."))
                  .or(resideInAPackage(ROOT + "oci.."))
                  .or(resideInAPackage(ROOT + "proof.."))
                  .or(resideInAPackage(ROOT + "tree..")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "engine..", ROOT + "adapter..", ROOT + "cli..");

  @ArchTest
  static final ArchRule packages_form_no_cycle =
      slices().matching(ROOT + "(**)").should().beFreeOfCycles();
}
