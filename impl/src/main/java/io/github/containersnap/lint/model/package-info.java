/** What a check of lint looks at, and what it finds: the image, rules, findings, the report. */
@NullMarked
package io.github.containersnap.lint.model;

import org.jspecify.annotations.NullMarked;
