package io.github.containersnap.gate.report.page;

import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.gate.report.ResultJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page of a result. What comes from the result is hostile: it is escaped where it becomes HTML,
 * and data that a script reads cannot end the element that holds it. The page's own policy forbids
 * every script but the one whose digest it names, and all of the network.
 */
public final class ReportPage {
  /** Its name in the directory of a report. */
  public static final String NAME = "index.html";

  private static final double MIB = 1 << 20;

  private final ResultJson result;
  private final Reach reach;

  /** The page of {@code result}. */
  public ReportPage(ResultJson result) {
    this.result = result;
    this.reach = new Reach(result);
  }

  /** The text of the file, to be written in UTF-8. */
  public String html() {
    String script = PageTemplate.resource("page.js");
    Map<String, String> places =
        Map.ofEntries(
            Map.entry("style", PageTemplate.resource("page.css")),
            Map.entry("script", script),
            Map.entry("script-sha256", sha256(script)),
            Map.entry("data", Markup.forScript(Json.line(PageData.of(result)))),
            Map.entry("verdict", result.verdict()),
            Map.entry("word", word()),
            Map.entry("sentence", Markup.escaped(reach.verdict())),
            Map.entry("subject", Markup.escaped(subject())),
            Map.entry("old-count", Reach.number(result.outcomes().old())),
            Map.entry("new-count", Reach.number(result.outcomes().newSystem())),
            Map.entry("violated-count", Reach.number(result.outcomes().violations())),
            Map.entry("unknown-count", Reach.number(result.outcomes().unknown())),
            Map.entry("once", Markup.escaped(once())),
            Map.entry("no-once", hidden(result.outcomes().newOnce() == 0)),
            Map.entry("no-faults", hidden(result.faults().isEmpty())),
            Map.entry("some-faults", hidden(!result.faults().isEmpty())),
            Map.entry("looked-at", Markup.items(reach.lookedAt())),
            Map.entry("not-looked-at", Markup.items(reach.notLookedAt())),
            Map.entry("faults", faults()),
            Map.entry("run", run()));
    return new PageTemplate("page.html").with(places);
  }

  private String word() {
    return result.voidBecause() != null
        ? "No experiment"
        : switch (result.verdict()) {
          case "holds" -> "Holds";
          case "violated" -> "Violated";
          default -> "Unknown";
        };
  }

  private String subject() {
    String updater = result.updater() == null ? "container-snap" : result.updater();
    String fault = result.mutant() == null ? "" : " with the planted fault " + result.mutant();
    String where =
        result.bootLoader().equals("grub-btrfs") ? "" : ", boot loader " + result.bootLoader();
    return "%s%s: power cuts during %s%s"
        .formatted(
            updater,
            fault,
            result.transition().equals("update") ? "the update" : result.transition(),
            where);
  }

  private String once() {
    return result.outcomes().newOnce() == 0
        ? ""
        : ("%s of the states that boot new do so once, and boot old from then on: GRUB goes by the"
                + " newest copy of the superblock, the kernel by the first.")
            .formatted(Reach.number(result.outcomes().newOnce()));
  }

  private String faults() {
    return result.faults().stream()
        .map(each -> Markup.fault(each.property(), each.what(), Reach.number(each.states())))
        .collect(Collectors.joining());
  }

  /** What the run is recognised by. */
  private String run() {
    return Stream.of(
                Markup.fact("Old image", result.old().reference()),
                Markup.fact("its id", result.old().imageId()),
                Markup.fact("New image", result.newImage().reference()),
                Markup.fact("its id", result.newImage().imageId()),
                Markup.fact(
                    "Write log",
                    String.format(
                        Locale.ROOT,
                        "%s writes in %s epochs, %s flushes, %.1f MiB",
                        Reach.number(result.log().writes()),
                        Reach.number(result.log().epochs()),
                        Reach.number(result.log().flushes()),
                        result.log().bytes() / MIB)),
                Markup.fact("its SHA-256", String.valueOf(result.disk().logSha256())),
                Markup.fact("Disk before, SHA-256", String.valueOf(result.disk().baseSha256())),
                Markup.fact("Filesystem", String.valueOf(result.disk().filesystemUuid())),
                Markup.fact(
                    "Seconds",
                    String.format(
                        Locale.ROOT,
                        "%.1f recording, %.1f checking, %.1f booting",
                        result.seconds().record(),
                        result.seconds().check(),
                        result.seconds().boot())))
            .collect(Collectors.joining())
        + otherUpdater();
  }

  /** What is known of another updater's systems besides. */
  private String otherUpdater() {
    ResultJson.Neither neither = result.neither();
    if (neither == null) {
      return "";
    }
    String grades =
        "%s mixed, %s torn, %s unbootable"
            .formatted(
                Reach.number(neither.mixed()),
                Reach.number(neither.torn()),
                Reach.number(neither.unbootable()));
    String repairs =
        neither.repaired().entrySet().stream()
            .map(
                each ->
                    "%s %s of %s"
                        .formatted(
                            each.getKey(),
                            Reach.number(each.getValue()),
                            Reach.number(neither.tried(each.getKey()))))
            .collect(Collectors.joining(", "));
    return Markup.fact("Disk", result.disk().kind().type())
        + Markup.fact("Neither old nor new", grades)
        + (neither.atPowerOn() == 0 ? "" : Markup.fact("Repaired by", repairs))
        + (neither.notJudged().isEmpty()
            ? ""
            : Markup.fact("Not judged", String.join(" ", neither.notJudged())));
  }

  private static String hidden(boolean nothing) {
    return nothing ? "hidden" : "";
  }

  private static String sha256(String script) {
    return Base64.getEncoder()
        .encodeToString(Sha256.digest().digest(script.getBytes(StandardCharsets.UTF_8)));
  }
}
