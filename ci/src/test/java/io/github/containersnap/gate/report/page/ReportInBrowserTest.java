package io.github.containersnap.gate.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.report.ResultJson;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * The page in headless Chromium, clicked through. Chromium takes some 440 MB, so that ci/setup does
 * not install it: {@code apt-get install chromium chromium-driver} before {@code ci/test
 * --exhaustive}.
 */
@Tag("exhaustive")
@Timeout(600)
class ReportInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  @TempDir Path directory;
  private ChromeDriver browser;

  @BeforeEach
  void startTheBrowser() {
    for (Path program : List.of(CHROMIUM, DRIVER)) {
      assertThat(program)
          .as("this test needs: apt-get install chromium chromium-driver")
          .isExecutable();
    }
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            new ChromeOptions()
                .setBinary(CHROMIUM.toFile())
                .addArguments("--headless=new", "--no-sandbox", "--disable-gpu"));
  }

  @AfterEach
  void endTheBrowser() {
    if (browser != null) {
      browser.quit();
    }
  }

  private void open(ResultJson result) throws Exception {
    Path page = Files.writeString(directory.resolve("index.html"), new ReportPage(result).html());
    browser.get(page.toUri().toString());
  }

  private void openViolated() throws Exception {
    open(ResultJson.of(ExampleResult.violated(ExampleLog.in(directory)).result()));
  }

  private String text(String id) {
    return browser.findElement(By.id(id)).getText();
  }

  @Test
  void it_opens_at_the_first_violation_and_names_its_neighbours_and_commands() throws Exception {
    openViolated();

    assertThat(text("state-verdict")).contains("It violates P1 (atomic).");
    assertThat(text("state-when"))
        .isEqualTo(
            "Power lost after 5 of 12 entries, in epoch 2 of 3, in step 3 (pulling the image).");
    assertThat(text("neighbours")).contains("prefix:1", "prefix:9");
    assertThat(text("commands"))
        .contains("ci/gate reproduce " + directory.resolve("cases/state-5.json") + "\n")
        .contains("ci/gate minimize ");
    assertThat(text("readers-differ")).startsWith("The two differ");
  }

  @Test
  void the_arrow_keys_go_from_state_to_state() throws Exception {
    openViolated();
    WebElement slider = browser.findElement(By.id("slider"));

    slider.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertThat(browser.getCurrentUrl()).endsWith("#prefix:9");
    assertThat(text("state-verdict")).contains("It boots the old system.");
    slider.sendKeys(Keys.END);
    assertThat(slider.getAttribute("aria-valuetext")).contains("violates P1 (atomic), P2");
    slider.sendKeys(Keys.HOME);
    assertThat(browser.getCurrentUrl()).endsWith("#prefix:0");
  }

  @Test
  void a_click_on_a_class_or_on_a_neighbour_leads_to_the_state() throws Exception {
    openViolated();

    browser.findElement(By.cssSelector("#classes a[href='#prefix:0']")).sendKeys(Keys.ENTER);
    assertThat(text("state-verdict")).contains("It boots the old system.");
    browser.findElement(By.id("to-violation")).click();
    browser.findElement(By.cssSelector("#neighbours a[href='#prefix:9']")).sendKeys(Keys.ENTER);
    assertThat(browser.getCurrentUrl()).endsWith("#prefix:9");
    browser.findElement(By.id("epoch-before")).sendKeys(Keys.ENTER);
    assertThat(text("epoch-title")).startsWith("Epoch 2 of 3");
  }

  @Test
  void every_state_of_a_large_result_is_decoded() throws Exception {
    ResultJson large = LargeResult.in(directory, true);
    open(large);

    for (String address :
        List.of(
            large.violations().getFirst().address(),
            large.violations().get(large.violations().size() / 2).address(),
            large.violations().getLast().address())) {
      Object _ = browser.executeScript("location.hash = arguments[0]", address);
      assertThat(browser.findElement(By.id("state-facts")).getText()).contains(address);
      assertThat(text("state-verdict")).contains("violates P1");
    }
  }

  @Test
  void axe_finds_nothing_serious_in_either_colour_scheme() throws Exception {
    openViolated();
    for (String scheme : List.of("light", "dark")) {
      browser.executeCdpCommand(
          "Emulation.setEmulatedMedia",
          java.util.Map.of(
              "features",
              List.of(java.util.Map.of("name", "prefers-color-scheme", "value", scheme))));
      Object found = browser.executeAsyncScript(axe() + RUN_AXE);
      assertThat(Arrays.asList(String.valueOf(found).split("\n")))
          .as(scheme)
          .filteredOn(line -> line.startsWith("serious") || line.startsWith("critical"))
          .isEmpty();
    }
  }

  private static final String RUN_AXE =
      """
      ;const done = arguments[arguments.length - 1];
      axe.run().then(r => done(r.violations.map(
          v => v.impact + ' ' + v.id + ' ' + v.nodes.map(n => n.target).join(', ')).join('\\n')));
      """;

  private static String axe() throws Exception {
    try (InputStream in = ReportInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      return new String(
          Objects.requireNonNull(in, "axe.min.js").readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
