package io.github.containersnap.gate.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseReaderTest {
  @TempDir Path directory;
  private String written;
  private Path file;

  @BeforeEach
  void write() throws Exception {
    Path report = directory.resolve("report");
    CheckResult result = ExampleResult.violated(ExampleLog.in(directory)).result();
    new ReportDirectory(report).write(result);
    file = report.resolve("cases/state-11.json");
    written = Files.readString(file).replace("0-1-2-3", "00000000-0000-0000-0000-000000000000");
    Files.writeString(file, written);
  }

  @Test
  void what_a_report_writes_is_read_back() throws IOException {
    CaseFile read = new CaseReader(file).read();
    assertThat(read.state()).isEqualTo(new CrashState.Prefix(11));
    assertThat(ResultJson.text(read)).isEqualTo(written);
  }

  @Test
  void fields_of_a_later_schema_do_no_harm() throws IOException {
    Files.writeString(file, written.replace("\"entries\"", "\"weather\" : \"fine\", \"entries\""));
    assertThat(new CaseReader(file).read().entries()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"fingerprint\"|\"thumbprint\"|it lacks 'fingerprint'",
        "prefix:11|prefix:eleven|'prefix:eleven' is no address of a crash state",
        "aaaaaaaa|AAAAAAAA|its 'disk.baseSha256' is not what a case has there",
        "1073741824|-5|its 'disk.bytes' is not what a case has there",
        "\"schema\" : 1|\"schema\" : \"one\"|its schema has a value that is of no use there",
        "1073741824|1152921504606846976|its 'disk.bytes' is not what a case has there",
        "1073741824|1000000000000000000000000000000|its disk.bytes has a value",
        "\"entries\" : 11|\"entries\" : -1|its 'entries' is not what a case has there",
        "\"when\"|\"kept\" : \"/tmp/a\\u0000b\", \"when\"|its 'kept' is not what a case has there",
        "00000000-0000|../../etc|its 'disk.filesystemUuid' is not what a case has there",
      })
  void what_is_not_a_case_is_refused_with_the_reason(String from, String to, String why)
      throws IOException {
    Files.writeString(file, written.replace(from, to));
    assertThatThrownBy(() -> new CaseReader(file).read())
        .isInstanceOf(UnusableInputException.class)
        .hasMessageStartingWith(file + " is no case file: ")
        .hasMessageContaining(why);
  }

  @Test
  void a_file_that_is_not_there_or_absurdly_large_is_refused() throws IOException {
    assertThatThrownBy(() -> new CaseReader(directory.resolve("nothing.json")).read())
        .hasMessageEndingWith("nothing.json is no case file: there is no such file.");
    Path large = directory.resolve("large.json");
    try (var channel = new java.io.RandomAccessFile(large.toFile(), "rw")) {
      channel.setLength(1L << 40);
    }
    assertThatThrownBy(() -> new CaseReader(large).read())
        .hasMessageContaining("it is larger than");
  }
}
