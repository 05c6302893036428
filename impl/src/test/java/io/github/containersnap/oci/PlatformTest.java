package io.github.containersnap.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'os':'linux','architecture':'amd64'}                 | true  | linux/amd64",
        "{'os':'linux','architecture':'amd64','variant':'v2'}  | true  | linux/amd64/v2",
        "{'os':'linux','architecture':'amd64','variant':'v3'}  | true  | linux/amd64/v3",
        "{'os':'linux','architecture':'arm64','variant':'v8'}  | false | linux/arm64/v8",
        "{'os':'linux','architecture':'386'}                   | false | linux/386",
        "{'os':'windows','architecture':'amd64'}               | false | windows/amd64",
        "{'os':'unknown','architecture':'unknown'}             | false | unknown/unknown",
        "{'architecture':'amd64'}                              | true  | unknown/amd64",
        "{}                                                    | true  | unknown/unknown",
      })
  void an_amd64_machine_runs_what_does_not_contradict_it(String json, boolean runs, String inWords)
      throws Exception {
    Platform platform = Platform.of(new JsonMapper().readTree(json.replace('\'', '"')));
    assertThat(platform.mayRunOn(Platform.linux("amd64"))).isEqualTo(runs);
    assertThat(platform).hasToString(inWords);
  }
}
